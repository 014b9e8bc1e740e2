import {
  CLOSE_OBJECT,
  type Member,
  memberAt,
  membersOf,
  OPEN_OBJECT,
  skipSpace,
  textAt,
} from './cursor.ts'
import { applyEdits, type Edit } from './edits.ts'

/** What the server decides about a version. */
export interface ServerMeta {
  readonly id: string
  readonly versionId: string
  /** An instant: `2026-11-24T08:00:00.000Z`. */
  readonly lastUpdated: string
}

/**
 * Puts the server's id, version and time into a resource's bytes and leaves every other byte as it came:
 * order, white space, `1.0`, escapes, the rest of `meta`. What is absent is put in after `resourceType`.
 *
 * @param bytes an object that `parseJson` has accepted
 */
export function spliceMeta(bytes: Buffer, meta: ServerMeta): Buffer {
  const start = skipSpace(bytes, 0)
  const found = topLevel(bytes, start)
  const edits: Edit[] = []
  const absent: string[] = []
  const id = JSON.stringify(meta.id)
  if (found.id) edits.push({ start: found.id.start, end: found.id.end, text: id })
  else absent.push(`"id":${id}`)
  if (found.meta && bytes[found.meta.start] === OPEN_OBJECT) {
    edits.push(...metaEdits(bytes, found.meta, meta))
  } else if (found.meta) {
    edits.push({ start: found.meta.start, end: found.meta.end, text: `{${stamp(meta)}}` })
  } else absent.push(`"meta":{${stamp(meta)}}`)
  if (absent.length > 0) edits.push(insertion(bytes, start, found.resourceType, absent.join(',')))
  return applyEdits(bytes, edits)
}

interface TopLevel {
  resourceType?: Member
  id?: Member
  meta?: Member
}

/** The three members that matter here; stops reading when it has them all. */
function topLevel(bytes: Buffer, start: number): TopLevel {
  const found: TopLevel = {}
  let missing = 3
  let member = memberAt(bytes, start + 1)
  while (member !== undefined && missing > 0) {
    const name = textAt(bytes, member.keyStart, member.keyEnd)
    if (name === 'resourceType' || name === 'id' || name === 'meta') {
      found[name] = member
      missing--
    }
    member = missing > 0 ? memberAt(bytes, member.next) : undefined
  }
  return found
}

function stamp(meta: ServerMeta): string {
  return `"versionId":${JSON.stringify(meta.versionId)},"lastUpdated":${JSON.stringify(meta.lastUpdated)}`
}

/** Changes within `meta`: what is there is replaced, what isn't is put first. */
function metaEdits(bytes: Buffer, at: Member, meta: ServerMeta): Edit[] {
  const edits: Edit[] = []
  const there = new Set<string>()
  for (const member of membersOf(bytes, at.start)) {
    const name = textAt(bytes, member.keyStart, member.keyEnd)
    if (name !== 'versionId' && name !== 'lastUpdated') continue
    there.add(name)
    edits.push({ start: member.start, end: member.end, text: JSON.stringify(meta[name]) })
  }
  const absent = (['versionId', 'lastUpdated'] as const)
    .filter((name) => !there.has(name))
    .map((name) => `"${name}":${JSON.stringify(meta[name])}`)
  if (absent.length > 0) edits.push(insertion(bytes, at.start, undefined, absent.join(',')))
  return edits
}

/** Puts members in after another one, or first in the object that begins at `start`. */
function insertion(bytes: Buffer, start: number, after: Member | undefined, text: string): Edit {
  if (after) return { start: after.end, end: after.end, text: `,${text}` }
  const empty = bytes[skipSpace(bytes, start + 1)] === CLOSE_OBJECT
  return { start: start + 1, end: start + 1, text: empty ? text : `${text},` }
}
