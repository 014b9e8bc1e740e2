import { type Member, memberAt, OPEN_OBJECT, skipSpace, textAt } from '../../fhir/json/cursor.ts'
import { applyEdits, type Edit } from '../../fhir/json/edits.ts'

/**
 * A relative reference, or an attachment's address, as JSON writes it. Within a string the first quotation mark would be
 * escaped, so this only finds names and what stands for them.
 */
const LINK = /(?<!\\)"(?:reference|url)"\s*:\s*"([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?=[/"])/g

/**
 * Puts other ids in: the resource's own, and those of what it refers to. Every other byte stays as it came.
 *
 * @param bytes an object that `parseJson` has accepted
 * @param rename what an id of a type becomes
 */
export function rewriteIds(
  bytes: Buffer,
  id: string,
  rename: (type: string, id: string) => string,
): Buffer {
  const edits: Edit[] = []
  const own = find(bytes, skipSpace(bytes, 0), 'id')
  if (own) edits.push({ start: own.start, end: own.end, text: JSON.stringify(id) })
  // Latin-1 has a character for each byte, so that places in the text are places in the bytes.
  for (const match of bytes.toString('latin1').matchAll(LINK)) {
    const [whole, type = '', old = ''] = match
    const end = match.index + whole.length
    const renamed = rename(type, old)
    if (renamed !== old) edits.push({ start: end - old.length, end, text: renamed })
  }
  return applyEdits(bytes, edits)
}

/** Puts another version in, where `meta` has one. Every other byte stays as it came. */
export function rewriteVersion(bytes: Buffer, version: string): Buffer {
  const meta = find(bytes, skipSpace(bytes, 0), 'meta')
  if (!meta || bytes[meta.start] !== OPEN_OBJECT) return bytes
  const there = find(bytes, meta.start, 'versionId')
  if (!there) return bytes
  return applyEdits(bytes, [{ start: there.start, end: there.end, text: JSON.stringify(version) }])
}

function find(bytes: Buffer, object: number, name: string): Member | undefined {
  let member = memberAt(bytes, object + 1)
  while (member && textAt(bytes, member.keyStart, member.keyEnd) !== name) {
    member = memberAt(bytes, member.next)
  }
  return member
}
