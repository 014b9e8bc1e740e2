import { Problem } from '../../fhir/problem.ts'
import type { CompletenessIssue, RecordSystem, SearchPage } from '../../fhir/record-system.ts'
import type { SearchQuery } from '../../fhir/search/query.ts'
import type { Sight } from '../../fhir/sight.ts'
import { createCircuitBreaker } from './circuit-breaker.ts'
import { createLastKnown } from './last-known.ts'
import { LATE, within } from './within.ts'

/** A region that takes part. */
export interface Member {
  readonly region: string
  /** What people call it, where it didn't answer: `Region Skåne`. */
  readonly name: string
  readonly system: RecordSystem
  /** In whose name it's asked, where it decides by that: what it told one isn't shown to another. */
  readonly inNameOf?: string | undefined
  /** Why it isn't asked now, though it takes part: `svarar inte: pausad`. Whoever it may concern is told. */
  readonly away?: string | undefined
}

/** How a member has answered lately, for the page of the regions. */
export interface MemberHealth {
  readonly region: string
  /** Milliseconds; `undefined` before the first answer. */
  readonly p95: number | undefined
  readonly lastAnswer: number | undefined
  /** Since when it isn't asked, as it failed again and again. */
  readonly silentSince: number | undefined
  readonly asked: number
  readonly failed: number
}

/** Asks members within a time limit, and remembers how they answered. */
export interface MemberAsker {
  /** The member's answer; or what it last answered in full with its age; or that it's silent. Never late. */
  ask(member: Member, query: SearchQuery, sight: Sight): Promise<SearchPage | CompletenessIssue>
  health(region: string): MemberHealth
  forget(region: string): void
}

const MOST_TIMES = 200

/** @param noted told of every answer: the region, milliseconds, and whether it was one */
export function createMemberAsker(
  now: () => number,
  deadline: number,
  noted: (region: string, milliseconds: number, isAnswered: boolean) => void = () => {},
): MemberAsker {
  const states = new Map<string, MemberState>()
  const stateOf = (region: string) => {
    const there = states.get(region) ?? newState(now)
    states.set(region, there)
    return there
  }
  return {
    async ask(member, query, sight) {
      // What it said before it went is not shown either: it may be away for what it said.
      if (member.away !== undefined) return silent(member, 'unavailable', member.away)
      return askMember(stateOf(member.region), member, query, sight, { now, deadline, noted })
    },
    forget: (region) => {
      states.delete(region)
    },
    health(region) {
      const { times, lastAnswer, breaker, asked, failed } = stateOf(region)
      const sorted = [...times].sort((a, b) => a - b)
      const p95 = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))]
      return { region, p95, lastAnswer, silentSince: breaker.openSince, asked, failed }
    },
  }
}

interface MemberState {
  readonly breaker: ReturnType<typeof createCircuitBreaker>
  readonly lastKnown: ReturnType<typeof createLastKnown>
  readonly times: number[]
  lastAnswer: number | undefined
  asked: number
  failed: number
}

const newState = (now: () => number): MemberState => ({
  breaker: createCircuitBreaker(now),
  lastKnown: createLastKnown(now),
  times: [],
  lastAnswer: undefined,
  asked: 0,
  failed: 0,
})

interface AskingParts {
  readonly now: () => number
  readonly deadline: number
  readonly noted: (region: string, milliseconds: number, isAnswered: boolean) => void
}

async function askMember(
  state: MemberState,
  member: Member,
  query: SearchQuery,
  sight: Sight,
  { now, deadline, noted }: AskingParts,
): Promise<SearchPage | CompletenessIssue> {
  state.asked++
  const began = now()
  const wasAsked = state.breaker.mayAsk()
  const answer = wasAsked
    ? await attempt(member, query, sight, deadline)
    : silent(member, 'unavailable', 'svarar inte och tillfrågas igen om en stund')
  const failure = 'hits' in answer ? answer.issues.find(isSilence) : [answer].find(isSilence)
  noted(member.region, now() - began, failure === undefined)
  if (failure) {
    state.failed++
    if (wasAsked) state.breaker.failed()
    return fallBack(state, member, query, sight, answer, failure)
  }
  state.breaker.succeeded()
  state.lastAnswer = now()
  state.times.push(now() - began)
  if (state.times.length > MOST_TIMES) state.times.shift()
  if ('hits' in answer && answer.issues.length === 0)
    state.lastKnown.keep(query, sight, answer, member.inNameOf)
  return answer
}

const isSilence = ({ kind }: CompletenessIssue) => kind === 'timeout' || kind === 'unavailable'

function silent(
  { region, name }: Member,
  kind: CompletenessIssue['kind'],
  what: string,
): CompletenessIssue {
  return { source: region, kind, message: `${name} ${what}` }
}

async function attempt(
  member: Member,
  query: SearchQuery,
  sight: Sight,
  deadline: number,
): Promise<SearchPage | CompletenessIssue> {
  try {
    const answer = await within(deadline, member.system.search(query, sight))
    return answer === LATE
      ? silent(member, 'timeout', `svarade inte inom ${deadline / 1000} s`)
      : answer
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown
    if (thrown.code === 'transient') return silent(member, 'unavailable', 'svarar inte')
    if (thrown.code === 'forbidden')
      return silent(member, 'not-connected', 'lämnar inte ut detta till dig')
    throw thrown
  }
}

const CLOCK = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Stockholm',
  dateStyle: 'short',
  timeStyle: 'short',
})

/** What it last answered in full under the same sight, with when that was; else what there is, and that it's silent. */
function fallBack(
  { lastKnown }: MemberState,
  member: Member,
  query: SearchQuery,
  sight: Sight,
  answer: SearchPage | CompletenessIssue,
  failure: CompletenessIssue,
): SearchPage | CompletenessIssue {
  const known = lastKnown.find(query, sight, member.inNameOf)
  if (!known) return answer
  const { region: source, name } = member
  const message = `${name} svarar inte. Uppgifterna därifrån hämtades ${CLOCK.format(known.at)}`
  const stale: CompletenessIssue = { source, kind: 'stale', message }
  return { ...known.page, total: undefined, issues: [{ ...failure, source }, stale] }
}
