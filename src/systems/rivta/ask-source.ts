import { Problem } from '../../fhir/problem.ts'
import type { CompletenessIssue } from '../../fhir/record-system.ts'
import type { Contract } from './contracts/contract.ts'
import { type Ask, writeRequest } from './contracts/request.ts'
import type { Directory } from './directory.ts'
import type { FetchedResource } from './finish.ts'
import type { Mapping } from './mapping/mapping.ts'
import type { RivtaProfile, RivtaSource } from './profile.ts'
import { type MoreReference, type Reading, readAnswer } from './read-answer.ts'
import type { SoapClient } from './soap/soap-client.ts'

/** What was got, and what wasn't. */
export interface Fetched {
  readonly resources: readonly FetchedResource[]
  readonly issues: readonly CompletenessIssue[]
}

/** What sources are asked with. */
export interface AskParts {
  readonly profile: RivtaProfile
  readonly client: SoapClient
  readonly directory: Directory
  readonly now: () => number
}

/** More pages than any patient's notes; a source that sends us round in a circle is stopped. */
const MOST_PAGES = 50

/**
 * Asks one source one question about a patient, page after page within the deadline. What fails is said in `issues`;
 * what came before it is kept. Never rejects for what a source does.
 */
export async function askSource(
  parts: AskParts,
  source: RivtaSource,
  contract: Contract,
  mapping: Mapping,
): Promise<Fetched> {
  const until = parts.now() + parts.profile.deadline
  const readings: Reading[] = []
  const issues: CompletenessIssue[] = []
  const asked = new Set<string>()
  let pages: readonly (MoreReference | undefined)[] = [undefined]
  while (pages.length > 0) {
    const [page, ...rest] = pages
    const { reading, issues: missing } = await askPage(
      parts,
      source,
      contract,
      mapping,
      until,
      page,
    )
    issues.push(...missing)
    if (!reading) break
    readings.push(reading)
    const more = reading.more.filter((each) => !asked.has(placeOf(each)))
    for (const each of more) asked.add(placeOf(each))
    pages = [...rest, ...more]
    if (more.length < reading.more.length) {
      issues.push(partial(source, `${contract.question}: its pages lead back to one another`))
    }
    if (asked.size <= MOST_PAGES) continue
    issues.push(partial(source, `${contract.question}: it has more pages than are read`))
    break
  }
  return { resources: readings.flatMap(({ resources }) => resources), issues }
}

const placeOf = ({ logicalAddress, reference }: MoreReference) =>
  JSON.stringify([logicalAddress, reference])

interface PageOutcome {
  readonly reading: Reading | undefined
  readonly issues: readonly CompletenessIssue[]
}

async function askPage(
  { profile, client, directory, now }: AskParts,
  source: RivtaSource,
  contract: Contract,
  mapping: Mapping,
  until: number,
  page: MoreReference | undefined,
): Promise<PageOutcome> {
  const what = contract.question
  const ask: Ask = {
    patient: mapping.patient,
    ...(page && { hasMoreReference: page.reference }),
  }
  const answer = await client.call({
    url: source.endpoints?.[contract.question] ?? source.url,
    action: contract.action,
    logicalAddress: page?.logicalAddress ?? source.logicalAddress,
    body: writeRequest(contract.shape, ask),
    deadline: Math.max(1, until - now()),
    maxBytes: profile.maxBytes,
  })
  const failed = (kind: CompletenessIssue['kind'], message: string): PageOutcome => ({
    reading: undefined,
    issues: [{ source: source.name, kind, message: `${what}: ${message}` }],
  })
  if (answer.kind !== 'answer') {
    return failed(answer.kind === 'timeout' ? 'timeout' : 'unavailable', answer.problem.message)
  }
  try {
    const reading = readAnswer(contract, answer.body, mapping, directory)
    const issues = reading.missing.map(({ kind, message }) => ({
      source: source.name,
      kind,
      message: `${what}: ${message}`,
    }))
    return { reading, issues }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return failed('unavailable', error.message)
  }
}

function partial(source: RivtaSource, message: string): CompletenessIssue {
  return { source: source.name, kind: 'partial', message }
}
