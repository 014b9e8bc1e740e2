import {
  CLOSE_OBJECT,
  itemsOf,
  memberAt,
  membersOf,
  OPEN_OBJECT,
  skipSpace,
  textAt,
} from './cursor.ts'
import { applyEdits, type Edit } from './edits.ts'

/**
 * Puts texts into a resource's `meta`, such as `source`, and leaves every other byte as it came.
 *
 * @param bytes an object that `parseJson` has accepted
 */
export function stampMeta(bytes: Buffer, values: Readonly<Record<string, string>>): Buffer {
  const start = skipSpace(bytes, 0)
  const meta = memberCalled(bytes, start, 'meta')
  if (!meta || bytes[meta.start] !== OPEN_OBJECT) {
    const type = memberCalled(bytes, start, 'resourceType')
    const at = type?.end ?? start + 1
    const text = `"meta":{${members(values)}}`
    return applyEdits(bytes, [{ start: at, end: at, text: type ? `,${text}` : `${text},` }])
  }
  const edits: Edit[] = []
  const absent = { ...values }
  for (const member of membersOf(bytes, meta.start)) {
    const name = textAt(bytes, member.keyStart, member.keyEnd)
    const value = values[name]
    if (value === undefined) continue
    edits.push({ start: member.start, end: member.end, text: JSON.stringify(value) })
    delete absent[name]
  }
  if (Object.keys(absent).length > 0) {
    const at = meta.start + 1
    const isEmpty = bytes[skipSpace(bytes, at)] === CLOSE_OBJECT
    edits.push({ start: at, end: at, text: isEmpty ? members(absent) : `${members(absent)},` })
  }
  return applyEdits(bytes, edits)
}

/** Puts another id in, and leaves every other byte as it came. */
export function replaceId(bytes: Buffer, id: string): Buffer {
  const found = memberCalled(bytes, skipSpace(bytes, 0), 'id')
  if (!found) return bytes
  const edit = { start: found.start, end: found.end, text: JSON.stringify(id) }
  return applyEdits(bytes, [edit])
}

const members = (values: Readonly<Record<string, string>>) =>
  Object.entries(values)
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
    .join(',')

function memberCalled(bytes: Buffer, start: number, name: string) {
  let member = memberAt(bytes, start + 1)
  while (member !== undefined && textAt(bytes, member.keyStart, member.keyEnd) !== name) {
    member = memberAt(bytes, member.next)
  }
  return member
}

/** Puts a tag first in `meta.tag`, in place of one of the same system. Every other byte stays as it came. */
export function tagMeta(
  bytes: Buffer,
  tag: { readonly system: string; readonly code: string; readonly display: string },
): Buffer {
  const text = JSON.stringify(tag)
  const stamped = stampMeta(bytes, {})
  const meta = memberCalled(stamped, skipSpace(stamped, 0), 'meta')
  if (!meta) return bytes
  const tags = membersOf(stamped, meta.start).find(
    ({ keyStart, keyEnd }) => textAt(stamped, keyStart, keyEnd) === 'tag',
  )
  if (!tags) {
    const at = meta.start + 1
    const isEmpty = stamped[skipSpace(stamped, at)] === CLOSE_OBJECT
    const edit = { start: at, end: at, text: `"tag":[${text}]${isEmpty ? '' : ','}` }
    return applyEdits(stamped, [edit])
  }
  const items = itemsOf(stamped, tags.start)
  const kept = items
    .map(({ start, end }) => stamped.toString('utf8', start, end))
    .filter((item) => (JSON.parse(item) as { system?: string }).system !== tag.system)
  const edit = { start: tags.start, end: tags.end, text: `[${[text, ...kept].join(',')}]` }
  return applyEdits(stamped, [edit])
}
