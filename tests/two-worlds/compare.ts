import type { Answer, KarnaUnderTest } from '../e2e/karna-under-test.ts'
import { type Asked, requestsFrom } from './requests.ts'
import { TAINT, type Worlds } from './worlds.ts'

/** What came of asking both worlds the same. */
export interface Difference {
  readonly requests: number
  /** Answered with something: a stream that is only refused proves nothing. */
  readonly answered: number
  readonly differing: readonly string[]
  /** Requests whose answer held what may not be seen. */
  readonly tainted: readonly string[]
}

const AT_ONCE = 8

/** What both worlds are asked, where, and by what the hidden is known. */
export interface Asking {
  readonly next: () => Asked
  readonly region: string
  readonly taint: string
}

/** Asks both worlds the same, as the ward's doctor, and follows pages to their end. */
export async function differences(
  { one, other }: Worlds,
  seed: number,
  requests: number,
  { next, region, taint }: Asking = { next: requestsFrom(seed), region: 'vgr', taint: TAINT },
): Promise<Difference> {
  const differing: string[] = []
  const tainted: string[] = []
  let [asked, answered] = [0, 0]

  async function both(request: Asked, same: Asked = request): Promise<void> {
    asked += sizeOf(request)
    const [a, b] = await Promise.all([ask(one, request, region), ask(other, same, region)])
    const name = `${request.method} ${request.path}`
    if (a.status < 300) answered += sizeOf(request)
    if (said(a) !== said(b)) differing.push(name)
    if (said(a).includes(taint) && !JSON.stringify(request).includes(taint)) tainted.push(name)
    const [page, pageThere] = [nextOf(a, region), nextOf(b, region)]
    if (page && pageThere && asked < requests) await both(page, pageThere)
  }

  const work = async () => {
    while (asked < requests) await both(next())
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return { requests: asked, answered, differing, tainted }
}

/** Entries of a batch are requests like others. */
const sizeOf = ({ body }: Asked) => (body && 'entry' in body ? (body.entry as []).length : 1)

/** A world's own link to its next page: the place in it may be a time. */
function nextOf({ json }: Answer, region: string): Asked | undefined {
  const url: unknown = json?.link?.find(
    (each: { relation: string }) => each.relation === 'next',
  )?.url
  if (typeof url !== 'string') return undefined
  return { method: 'GET', path: url.replace(new RegExp(`^.*/fhir/${region}/?`), '') }
}

/** Asks one world, as the ward's doctor. */
export function ask(
  world: KarnaUnderTest,
  { method, path, body, headers }: Asked,
  region = 'vgr',
): Promise<Answer> {
  return world.ask(
    'anna.nystrom',
    method,
    path === '' ? region : `${region}/${path}`,
    body,
    headers,
  )
}

/** Status, headers and body, but for what time alone makes differ: clocks, and names that are made anew. */
export function said({ status, headers, text }: Answer): string {
  const kept = Object.entries(headers).filter(
    ([name]) =>
      !['date', 'x-request-id', 'last-modified', 'keep-alive', 'content-length'].includes(name),
  )
  const body = text
    .replace(/"(lastUpdated|lastModified|expires)":"[^"]+"/g, '"$1":""')
    .replace(/"name":"(decision|basis)","valueString":"[^"]+"/g, '"name":"$1"')
    .replace(/"valueInstant":"[^"]+"/g, '"valueInstant":""')
    .replace(/_cursor=[\w.-]+/g, '_cursor=')
  return JSON.stringify([status, kept, body])
}
