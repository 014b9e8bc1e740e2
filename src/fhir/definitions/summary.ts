import {
  itemsOf,
  type Member,
  membersOf,
  OPEN_ARRAY,
  OPEN_OBJECT,
  skipSpace,
  textAt,
} from '../json/cursor.ts'
import { type Element, type Structure, structureOf } from './structures.ts'

/** `_summary`, where it makes a resource smaller. https://hl7.org/fhir/R4/search.html#summary */
export type SummaryMode = 'true' | 'text' | 'data'

/** The tag that says that something is left out. https://hl7.org/fhir/R4/resource.html#Meta */
const SUBSETTED =
  '{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"}'

const ALWAYS: ReadonlySet<string> = new Set([
  'resourceType',
  'id',
  '_id',
  'meta',
  'modifierExtension',
])

type Keeps = (element: Element) => boolean

/**
 * A resource with some of its elements only, tagged as such. Numbers keep their text. Mandatory elements, `id`,
 * `meta` and `modifierExtension` are always kept.
 *
 * @param bytes a valid resource
 * @param wanted a mode of `_summary`, or the names in `_elements` (`value` for any form of `value[x]`)
 * @see https://hl7.org/fhir/R4/search.html#summary https://hl7.org/fhir/R4/search.html#elements
 */
export function summaryOf(bytes: Buffer, wanted: SummaryMode | readonly string[]): Buffer {
  const members = membersOf(bytes, skipSpace(bytes, 0))
  const named = members.map((member) => ({
    ...member,
    name: textAt(bytes, member.keyStart, member.keyEnd),
  }))
  const type = named.find(({ name }) => name === 'resourceType')
  const structure = type && structureOf(textAt(bytes, type.start, type.end))
  if (structure === undefined) throw new Error('Only a valid resource has a summary')
  const keeps = keeperOf(wanted)
  const kept = named
    .filter(({ name }) => ALWAYS.has(name) || isKept(structure, name, keeps))
    .map((member) => {
      if (member.name === 'meta') return `"meta":${tagged(bytes, member.start)}`
      const within = wanted === 'true' ? partOf(structure, member.name) : undefined
      return within ? reduced(bytes, member, within, keeps) : slice(bytes, member)
    })
  if (!named.some(({ name }) => name === 'meta')) kept.splice(1, 0, `"meta":{"tag":[${SUBSETTED}]}`)
  return Buffer.from(`{${kept.join()}}`)
}

function keeperOf(wanted: SummaryMode | readonly string[]): Keeps {
  if (wanted === 'true') return ({ summary, min }) => summary || min > 0
  if (wanted === 'text') return ({ name, min }) => name === 'text' || min > 0
  if (wanted === 'data') return ({ name }) => name !== 'text'
  const names = new Set(wanted)
  return ({ name, choice, min }) => min > 0 || names.has(choice ?? name) || names.has(name)
}

/** What stands beside a primitive goes where the primitive goes. */
function isKept(structure: Structure, name: string, keeps: Keeps): boolean {
  const element = structure.elements.get(name.startsWith('_') ? name.slice(1) : name)
  return element !== undefined && keeps(element)
}

/** The structure within an element, if it has one of its own whose elements say what belongs to the summary. */
function partOf(structure: Structure, name: string): Structure | undefined {
  const part = structureOf(structure.elements.get(name)?.type ?? '')
  return part?.kind === 'part' ? part : undefined
}

/** An element with what is within it reduced too. */
function reduced(bytes: Buffer, member: Member, structure: Structure, keeps: Keeps): string {
  const key = bytes.toString('utf8', member.keyStart, member.keyEnd)
  if (bytes[member.start] !== OPEN_ARRAY)
    return `${key}:${reducedObject(bytes, member, structure, keeps)}`
  const items = itemsOf(bytes, member.start)
  return `${key}:[${items.map((item) => reducedObject(bytes, item, structure, keeps)).join()}]`
}

/** What would be left empty is kept whole: an empty element isn't valid. */
function reducedObject(
  bytes: Buffer,
  place: { readonly start: number; readonly end: number },
  structure: Structure,
  keeps: Keeps,
): string {
  if (bytes[place.start] !== OPEN_OBJECT) return bytes.toString('utf8', place.start, place.end)
  const kept = membersOf(bytes, place.start).flatMap((member) => {
    const name = textAt(bytes, member.keyStart, member.keyEnd)
    if (!ALWAYS.has(name) && !isKept(structure, name, keeps)) return []
    const part = partOf(structure, name)
    return [part ? reduced(bytes, member, part, keeps) : slice(bytes, member)]
  })
  return kept.length === 0 ? bytes.toString('utf8', place.start, place.end) : `{${kept.join()}}`
}

function slice(bytes: Buffer, member: Member): string {
  return bytes.toString('utf8', member.keyStart, member.end)
}

/** `meta` with the tag added, once. */
function tagged(bytes: Buffer, start: number): string {
  const members = membersOf(bytes, start)
  const isTag = (member: Member) => textAt(bytes, member.keyStart, member.keyEnd) === 'tag'
  const tag = members.find(isTag)
  const others = members.filter((member) => !isTag(member)).map((member) => slice(bytes, member))
  const tags = tag
    ? itemsOf(bytes, tag.start).map(({ start: from, end }) => bytes.toString('utf8', from, end))
    : []
  const isThere = tags.some((one) => JSON.parse(one).code === 'SUBSETTED')
  return `{${[...others, `"tag":[${[...tags, ...(isThere ? [] : [SUBSETTED])].join()}]`].join()}}`
}
