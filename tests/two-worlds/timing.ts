import { idBytes } from '../../src/store/resource-id.ts'
import type { KarnaUnderTest } from '../e2e/karna-under-test.ts'
import { ask } from './compare.ts'
import type { Asked } from './requests.ts'
import { type TimeDifference, timeDifference } from './time-difference.ts'

const observed = (id: string, patient: string) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: 'x' },
  subject: { reference: `Patient/${patient}` },
})
const JSON_PATCH = { 'content-type': 'application/json-patch+json' }

/** How one asks about something by its id. */
const SHAPES: Readonly<Record<string, (id: string) => Asked>> = {
  read: (id) => ({ method: 'GET', path: `Observation/${id}` }),
  version: (id) => ({ method: 'GET', path: `Observation/${id}/_history/1` }),
  history: (id) => ({ method: 'GET', path: `Observation/${id}/_history` }),
  search: (id) => ({ method: 'GET', path: `Observation?patient=p1&_id=${id}` }),
  explain: (id) => ({ method: 'GET', path: `Patient/p1/$explain?resource=Observation/${id}` }),
  update: (id) => ({ method: 'PUT', path: `Observation/${id}`, body: observed(id, 'p1') }),
  delete: (id) => ({ method: 'DELETE', path: `Observation/${id}` }),
  patch: (id) => ({
    method: 'PATCH',
    path: `Observation/${id}`,
    body: [{ op: 'test', path: '/status', value: 'final' }],
    headers: JSON_PATCH,
  }),
}

/** What is hidden, and why: of a patient of whom nobody has asked, of one whom somebody else just asked about, and blocked. */
const HIDDEN = ['stranger', 'asked-about', 'blocked'] as const

/** Every way to ask about every kind of hidden thing, against an id that is nowhere. */
export const COMPARISONS = Object.keys(SHAPES).flatMap((shape) =>
  HIDDEN.map((hidden) => ({ shape, hidden })),
)
export type Comparison = (typeof COMPARISONS)[number]

/** Compares the time of asking about what is hidden with that of asking about what is nowhere. Every id is asked once. */
export async function compareTimes(
  world: KarnaUnderTest,
  { shape, hidden }: Comparison,
  pairs: number,
): Promise<TimeDifference> {
  const asked = SHAPES[shape] ?? (() => ({ method: 'GET', path: 'nothing' }))
  const run = `${shape}-${hidden}`
  const count = pairs + 40
  await hide(world, run, count, hidden)
  const first = await ask(world, asked(`${run}-${count - 1}`))
  const nowhere = await ask(world, asked(`nowhere-${run}`))
  if (first.status !== nowhere.status) throw new Error(`${run}: ${first.status}, ${nowhere.status}`)
  return timeDifference(
    pairs,
    (pair) => ask(world, asked(`${run}-${pair}`)),
    (pair) => ask(world, asked(`nowhere-${run}-${pair}`)),
  )
}

/** The hidden observation's row many times over, each under an id of its own: of patients of their own, of one, or blocked. */
async function hide(
  world: KarnaUnderTest,
  run: string,
  count: number,
  hidden: Comparison['hidden'],
): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `${run}-${index}`)
  const patients = names.map((name) =>
    hidden === 'stranger' ? `p-${name}` : hidden === 'blocked' ? 'p1' : 'p2',
  )
  const bytes = (ids: readonly string[]) => ids.map((id) => idBytes(id).toString('hex'))
  const source = hidden === 'blocked' ? 'h-psychiatry0' : 'h-own-other0'
  for (const [table, set] of [
    ['ver', 'x.id'],
    ['res', 'x.id, x.fid, x.pat, x.pfid'],
  ] as const) {
    const changed = set.replaceAll('x.', '').split(', ')
    const { rows } = await world.db.query<{ names: string }>({
      text: `select string_agg(column_name, ', ') as names from information_schema.columns
        where table_schema = 'store' and table_name = $1 and column_name <> 'xid' and not column_name = any($2)`,
      values: [table, changed],
    })
    const kept = rows[0]?.names
    await world.db.query({
      text: `insert into store.${table} (${changed}, ${kept}) select ${set}, ${kept} from
          (select ${kept} from store.${table} where type = (select type from store.res where fid = $1)
            and id = (select id from store.res where fid = $1)) s,
          unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[]) x (id, fid, pat, pfid)`,
      values: [source, bytes(names), names, bytes(patients), patients],
    })
  }
}
