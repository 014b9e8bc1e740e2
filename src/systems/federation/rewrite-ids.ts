import { memberAt, skipSpace, textAt } from '../../fhir/json/cursor.ts'
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
  let member = memberAt(bytes, skipSpace(bytes, 0) + 1)
  while (member !== undefined) {
    if (textAt(bytes, member.keyStart, member.keyEnd) === 'id') {
      edits.push({ start: member.start, end: member.end, text: JSON.stringify(id) })
      break
    }
    member = memberAt(bytes, member.next)
  }
  // Latin-1 has a character for each byte, so that places in the text are places in the bytes.
  for (const match of bytes.toString('latin1').matchAll(LINK)) {
    const [whole, type = '', old = ''] = match
    const end = match.index + whole.length
    const renamed = rename(type, old)
    if (renamed !== old) edits.push({ start: end - old.length, end, text: renamed })
  }
  return applyEdits(bytes, edits)
}
