import { type Structure, structureOf } from '../definitions/structures.ts'
import {
  itemsOf,
  type Member,
  memberAt,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  skipSpace,
  textAt,
} from './cursor.ts'
import { applyEdits, type Edit } from './edits.ts'

/** What is in the way of every step: the text, the names that change, and the changes found so far. */
interface Rewriting {
  readonly bytes: Buffer
  readonly map: ReadonlyMap<string, string>
  readonly edits: Edit[]
}

/** Types whose values are links. `canonical` isn't: the specification says that those are not replaced. */
const LINKS: ReadonlySet<string> = new Set(['uri', 'url', 'oid', 'uuid'])

/** `href` or `src` in narrative as JSON writes it, where a quotation mark is `\"`. */
const NARRATIVE_LINK = /\b(?:href|src)(?:\s|\\[nrt])*=(?:\s|\\[nrt])*(\\"|')(.*?)\1/g

/**
 * Replaces links to resources that get another address in a transaction: in `Reference.reference`, in elements of
 * type uri, url, oid and uuid, and in narrative's `href` and `src`. Every other byte stays as it came.
 *
 * @param bytes a valid resource
 * @param map what a link is now, such as `urn:uuid:…` or `Patient?identifier=…` → what it becomes, `Patient/17`
 * @see https://hl7.org/fhir/R4/http.html#trules
 */
export function rewriteReferences(bytes: Buffer, map: ReadonlyMap<string, string>): Buffer {
  if (map.size === 0) return bytes
  const rewriting = { bytes, map, edits: [] }
  rewriteObject(rewriting, skipSpace(bytes, 0), 'Resource')
  return rewriting.edits.length === 0 ? bytes : applyEdits(bytes, rewriting.edits)
}

function rewriteObject(rewriting: Rewriting, start: number, type: string): void {
  const { bytes } = rewriting
  const structure = type === 'Resource' ? structureAt(bytes, start) : structureOf(type)
  if (structure === undefined) return
  let member = memberAt(bytes, start + 1)
  while (member !== undefined) {
    rewriteMember(rewriting, member, structure)
    member = memberAt(bytes, member.next)
  }
}

function rewriteMember(rewriting: Rewriting, member: Member, structure: Structure): void {
  const { bytes } = rewriting
  const name = textAt(bytes, member.keyStart, member.keyEnd)
  const type = name.startsWith('_') ? 'Element' : structure.elements.get(name)?.type
  if (type === undefined) return
  const isLink = LINKS.has(type) || (structure.name === 'Reference' && name === 'reference')
  const places = bytes[member.start] === OPEN_ARRAY ? itemsOf(bytes, member.start) : [member]
  for (const { start, end } of places) {
    if (bytes[start] === OPEN_OBJECT) rewriteObject(rewriting, start, type)
    else if (bytes[start] !== QUOTE) continue
    else if (isLink) rewriteLink(rewriting, start, end)
    else if (type === 'xhtml') rewriteNarrative(rewriting, start, end)
  }
}

function rewriteLink({ bytes, map, edits }: Rewriting, start: number, end: number): void {
  const text = map.get(textAt(bytes, start, end))
  if (text !== undefined) edits.push({ start, end, text: JSON.stringify(text) })
}

function rewriteNarrative({ bytes, map, edits }: Rewriting, start: number, end: number): void {
  const raw = bytes.toString('utf8', start, end)
  for (const match of raw.matchAll(NARRATIVE_LINK)) {
    const [whole, quote = '', link = ''] = match
    const text = map.get(JSON.parse(`"${link}"`))
    if (text === undefined) continue
    const before = raw.slice(0, match.index + whole.length - quote.length - link.length)
    const at = start + Buffer.byteLength(before)
    edits.push({
      start: at,
      end: at + Buffer.byteLength(link),
      text: JSON.stringify(text).slice(1, -1),
    })
  }
}

/** The structure of the resource that begins at `start`, by the type it names. */
function structureAt(bytes: Buffer, start: number): Structure | undefined {
  let member = memberAt(bytes, start + 1)
  while (member !== undefined) {
    if (textAt(bytes, member.keyStart, member.keyEnd) === 'resourceType') {
      return structureOf(textAt(bytes, member.start, member.end))
    }
    member = memberAt(bytes, member.next)
  }
  return undefined
}
