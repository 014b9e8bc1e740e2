/** A stretch of bytes to be replaced by a text; an insertion where start and end are the same. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** The bytes with the edits made, which may come in any order but may not overlap. */
export function applyEdits(bytes: Buffer, edits: Edit[]): Buffer {
  edits.sort((one, other) => one.start - other.start || one.end - other.end)
  let size = bytes.length
  for (const { start, end, text } of edits) size += Buffer.byteLength(text) - (end - start)
  const result = Buffer.allocUnsafe(size)
  let from = 0
  let to = 0
  for (const edit of edits) {
    to += bytes.copy(result, to, from, edit.start)
    to += result.write(edit.text, to)
    from = edit.end
  }
  bytes.copy(result, to, from)
  return result
}
