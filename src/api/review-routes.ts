import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../fhir/problem.ts'
import type { Access } from '../law/access.ts'
import type { LogNames } from '../law/log-reading/extract.ts'
import type { LogDesk } from '../law/log-reading/log-desk.ts'
import type { ReviewDesk, ReviewWithItems } from '../law/log-review/review-desk.ts'
import { OUTCOMES } from '../law/log-review/review-store.ts'
import { jsonBody } from './json-body.ts'
import { deskFor, timeIn } from './log-routes.ts'

/** What the reviewer's routes are made of. */
export interface ReviewRouteParts {
  readonly deskOf: (region: string) => LogDesk | undefined
  readonly reviewDeskOf: (region: string) => ReviewDesk | undefined
  readonly names: LogNames
  readonly settle: (request: FastifyRequest, region: string) => Promise<{ readonly access: Access }>
}

interface Region {
  Params: { region: string }
}
interface ReviewPath {
  Params: { region: string; review: string }
}
interface ItemPath {
  Params: { region: string; review: string; item: string }
}

/**
 * The reviewer's work list (PDL 4:3). Times are ISO in UTC; signs, explanations and outcomes are words of
 * `law/log-review/`, which a page puts into Swedish.
 *
 * - `GET  /log/{region}/reviews` the checks that were made, with how many items are decided
 * - `POST /log/{region}/reviews` `{"kind": "sample" | "suspicion", "from", "to", "size", "seed"?}` makes one
 * - `GET  /log/{region}/reviews/{id}` one with its items, each with its last decision
 * - `GET  /log/{region}/reviews/{id}/items/{number}` the log's entries behind an item
 * - `POST /log/{region}/reviews/{id}/items/{number}/outcome` `{"outcome", "note"}` decides it
 */
export function reviewRoutes(app: FastifyInstance, parts: ReviewRouteParts): void {
  const deskOf = (region: string): ReviewDesk => {
    const desk = parts.reviewDeskOf(region)
    if (!desk) throw new Problem('not-found', 'There is no such region')
    return desk
  }

  app.get<Region>('/log/:region/reviews', async (request, reply) => {
    const { region } = request.params
    const { access } = await parts.settle(request, region)
    return answer(reply, { reviews: await deskOf(region).reviews(access) })
  })

  app.post<Region>('/log/:region/reviews', async (request, reply) => {
    const { region } = request.params
    const { access } = await parts.settle(request, region)
    const review = await deskOf(region).begin(access, wantedIn(jsonBody(request)))
    return answer(reply.code(201), review)
  })

  app.get<ReviewPath>('/log/:region/reviews/:review', async (request, reply) => {
    const { region, review } = request.params
    const { access } = await parts.settle(request, region)
    return answer(reply, withNames(parts, await deskOf(region).review(access, review)))
  })

  app.get<ItemPath>('/log/:region/reviews/:review/items/:item', async (request, reply) => {
    const { region, review, item } = request.params
    const { access } = await parts.settle(request, region)
    const { items } = await deskOf(region).review(access, review)
    const found = items.find(({ number }) => number === Number(item))
    if (!found) throw new Problem('not-found', 'The review has no such item')
    const { entries } = await deskFor(parts, region).entries(access, {
      patient: found.patient,
      person: found.person,
      from: found.first.getTime(),
      to: found.last.getTime() + 1,
      count: 1_000,
      total: false,
    })
    return answer(reply, {
      entries: entries.map((each) => ({ ...each, at: new Date(each.at).toISOString() })),
    })
  })

  app.post<ItemPath>('/log/:region/reviews/:review/items/:item/outcome', async (request, reply) => {
    const { region, review, item } = request.params
    const { access } = await parts.settle(request, region)
    const outcome = outcomeIn(jsonBody(request))
    const found = await deskOf(region).decide(access, review, Number(item), outcome)
    return answer(reply, withNames(parts, found))
  })
}

const withNames = ({ names }: ReviewRouteParts, { review, items }: ReviewWithItems) => ({
  ...review,
  items: items.map((item) => ({
    ...item,
    unitName: names.unit(item.unit),
    title: names.title(item.person),
  })),
})

const answer = (reply: FastifyReply, body: object) =>
  reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff').send(body)

function wantedIn(body: Readonly<Record<string, unknown>>) {
  const { kind, from, to, size, seed } = body
  const [begin, end] = [timeIn(textOf(from)), timeIn(textOf(to))]
  if (kind !== 'sample' && kind !== 'suspicion') {
    throw new Problem('invalid', 'kind is sample or suspicion')
  }
  if (begin === undefined || end === undefined || begin >= end) {
    throw new Problem('invalid', 'from and to are ISO times, the first before the second')
  }
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 1 || size > 500) {
    throw new Problem('invalid', 'size is a whole number from 1 to 500')
  }
  if (seed !== undefined && !/^[\w-]{1,64}$/.test(textOf(seed) ?? '')) {
    throw new Problem('invalid', 'seed is a word of at most 64 letters')
  }
  return { kind, from: begin, to: end, size, seed: textOf(seed) } as const
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)

function outcomeIn({ outcome, note }: Readonly<Record<string, unknown>>) {
  const word = OUTCOMES.find((each) => each === outcome)
  if (!word) throw new Problem('invalid', `outcome is one of ${OUTCOMES.join(', ')}`)
  if (typeof note !== 'string' || note.length > 4_000 || note.includes('\0')) {
    throw new Problem('invalid', 'note is text of at most 4000 characters')
  }
  if (word !== 'justified' && note.trim() === '') {
    throw new Problem('required', 'Say in the note what was found')
  }
  return { outcome: word, note }
}
