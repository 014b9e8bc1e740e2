import type { PatientLink } from 'fhir/r4'
import {
  itemsOf,
  type Member,
  membersOf,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  skipSpace,
  textAt,
} from '../fhir/json/cursor.ts'
import { applyEdits, type Edit } from '../fhir/json/edits.ts'
import { PROTECTED_IDENTITY } from '../fhir/label.ts'
import type { StoredResource } from '../fhir/record-system.ts'
import { isMasked, type Sight } from '../fhir/sight.ts'

/** What stands where a name or an address would. Source: HL7 Sweden's examples of protected persons. */
const MASK = 'Skyddad uppgift'

/** What is told of a person whose identity is protected, by type: by it the right one is found, and given the right care. */
const KEPT: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    'Patient',
    new Set(
      'resourceType id identifier active gender birthDate deceasedBoolean deceasedDateTime link'.split(
        ' ',
      ),
    ),
  ],
  ['RelatedPerson', new Set(['resourceType', 'id', 'active', 'patient'])],
  ['Person', new Set(['resourceType', 'id', 'active'])],
])

/**
 * The resource as this user may see it: where an identity is protected and not revealed, without who and where. In other
 * resources of that patient the names that references show are masked, and generated narrative is left out; every other byte
 * stays. Nothing is looked at where nobody is protected.
 *
 * Source: OSL 22 kap. 1 §; HL7 Sweden's `SecurityLabel`.
 */
export function masked(resource: StoredResource, sight: Sight): StoredResource {
  if (resource.bytes.length === 0 || !isMasked(sight, resource.origin)) return resource
  return { ...resource, bytes: maskedBytes(resource.bytes) }
}

/** As {@link masked}, for bytes of a resource that is about such a person. */
export function maskedBytes(bytes: Buffer): Buffer {
  const start = skipSpace(bytes, 0)
  const edits: Edit[] = []
  maskResource(bytes, start, edits)
  return edits.length === 0 ? bytes : applyEdits(bytes, edits)
}

interface Named extends Member {
  readonly name: string
}

const namedMembers = (bytes: Buffer, start: number): Named[] =>
  membersOf(bytes, start).map((member) => ({
    ...member,
    name: textAt(bytes, member.keyStart, member.keyEnd),
  }))

function maskResource(bytes: Buffer, start: number, edits: Edit[]): void {
  const members = namedMembers(bytes, start)
  const type = members.find(({ name }) => name === 'resourceType')
  const kept = type && KEPT.get(textAt(bytes, type.start, type.end))
  if (kept) {
    edits.push({ start, end: endOf(bytes, members), text: personText(bytes, members, kept) })
    return
  }
  for (const member of members) {
    if (member.name === 'text') {
      edits.push({ start: member.start, end: member.end, text: EMPTY_NARRATIVE })
    } else maskValue(bytes, member.start, edits)
  }
}

const EMPTY_NARRATIVE =
  '{"status":"empty","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\">Skyddad uppgift</div>"}'

/** The place after an object's closing brace. */
function endOf(bytes: Buffer, members: readonly Named[]): number {
  return skipSpace(bytes, members.at(-1)?.end ?? 0) + 1
}

function personText(bytes: Buffer, members: readonly Named[], kept: ReadonlySet<string>): string {
  const slices = members
    .filter(({ name }) => kept.has(name))
    .map(
      ({ name, start, end }) => `"${name}":${keptText(name, bytes.toString('utf8', start, end))}`,
    )
  const meta = members.find(({ name }) => name === 'meta')
  const name = `"name":[{"text":"${MASK}","family":"${MASK}","given":["${MASK}"]}]`
  return `{${[...slices, `"meta":${metaText(bytes, meta)}`, name].join()}}`
}

/** Who took whose place is told by id alone, without the name that a reference may show. */
function keptText(name: string, text: string): string {
  if (name !== 'link') return text
  const links = JSON.parse(text) as readonly PatientLink[]
  return JSON.stringify(
    links.map(({ type, other: { reference } }) => ({ other: { reference }, type })),
  )
}

/** Version and time, and that the identity is protected: not the unit that registered it. */
function metaText(bytes: Buffer, meta: Named | undefined): string {
  const members = meta ? namedMembers(bytes, meta.start) : []
  const kept = members
    .filter(({ name }) => name === 'versionId' || name === 'lastUpdated')
    .map(({ name, start, end }) => `"${name}":${bytes.toString('utf8', start, end)}`)
  const label = `{"system":"${PROTECTED_IDENTITY}","code":"sekretessmarkering"}`
  return `{${[...kept, `"security":[${label}]`].join()}}`
}

function maskValue(bytes: Buffer, start: number, edits: Edit[]): void {
  if (bytes[start] === OPEN_ARRAY) {
    for (const item of itemsOf(bytes, start)) maskValue(bytes, item.start, edits)
  }
  if (bytes[start] !== OPEN_OBJECT) return
  const members = namedMembers(bytes, start)
  if (members.some(({ name }) => name === 'resourceType')) {
    maskResource(bytes, start, edits)
    return
  }
  const isPerson = members.some((member) => namesPerson(bytes, member))
  for (const member of members) {
    if (isPerson && (member.name === 'display' || member.name === '_display')) {
      const text = member.name === 'display' ? JSON.stringify(MASK) : '{"id":"masked"}'
      edits.push({ start: member.start, end: member.end, text })
    } else maskValue(bytes, member.start, edits)
  }
}

/** A reference to a person: by its address, or by the type it says. */
function namesPerson(bytes: Buffer, { name, start, end }: Named): boolean {
  if (bytes[start] !== QUOTE) return false
  if (name === 'type') return KEPT.has(textAt(bytes, start, end))
  return (
    name === 'reference' && /(^|\/)(Patient|RelatedPerson|Person)\//.test(textAt(bytes, start, end))
  )
}
