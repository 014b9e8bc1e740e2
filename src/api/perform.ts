import { Problem } from '../fhir/problem.ts'
import type { ChangeResult, StoredResource } from '../fhir/record-system.ts'
import type { Access } from '../law/access.ts'
import type { Gate } from '../law/gate.ts'
import type { LogNames } from '../law/log-reading/extract.ts'
import type { Interaction } from './interaction.ts'
import { countParameters, operationParameters } from './operation-answer.ts'
import { goodOutcome, type OutcomeAnswer } from './outcome.ts'
import type { ReturnPreference } from './preference.ts'
import { type createPageLinks, historyBundle, reduced, searchBundle } from './search-bundle.ts'

/** An answer before it is HTTP or a Bundle entry. */
export interface Answer {
  readonly status: number
  readonly body: Buffer | undefined
  readonly version: string | undefined
  readonly lastUpdated: string | undefined
  readonly location: string | undefined
}

/** What interactions are performed with. */
export interface Performing {
  readonly gate: Gate
  readonly access: Access
  readonly base: string
  /** What units and providers are called. */
  readonly names: LogNames
  readonly links: ReturnType<typeof createPageLinks>
  /** What the caller would like back from writes. */
  readonly returns: ReturnPreference | undefined
  /** The outcome of what an entry of a Bundle threw. */
  readonly outcomeFor: (thrown: unknown) => OutcomeAnswer
}

/** Performs one interaction through the gate. */
export async function perform(how: Performing, interaction: Interaction): Promise<Answer> {
  const { gate, access } = how
  switch (interaction.kind) {
    case 'read': {
      const resource = await gate.read(access, interaction.key, interaction.version)
      if (resource.method === 'delete') throw new Problem('deleted', 'The resource is deleted')
      const answer = answerWith(200, resource, undefined)
      return { ...answer, body: answer.body && reduced(answer.body, interaction.reduction) }
    }
    case 'search':
      return search(how, interaction.query)
    case 'history':
      return history(how, interaction.query)
    case 'operation':
      return plain(
        200,
        operationParameters(await gate.operate(access, interaction.operation), how.names),
      )
    case 'count':
      return plain(200, countParameters(await gate.countPersons(access, interaction.query)))
    case 'change': {
      const [result] = await gate.transact(access, [interaction.change])
      return preferred(changeAnswer(how.base, result), how.returns)
    }
  }
}

function answerWith(
  status: number,
  resource: StoredResource,
  location: string | undefined,
): Answer {
  const { bytes, version, lastUpdated } = resource
  return { status, body: bytes.length > 0 ? bytes : undefined, version, lastUpdated, location }
}

/** What became of a change, for HTTP and for Bundle entries alike. */
export function changeAnswer(base: string, result: ChangeResult | undefined): Answer {
  const { outcome, resource } = result ?? { outcome: 'absent', resource: undefined }
  if (!resource) return plain(204, undefined)
  const { key, version } = resource
  if (outcome === 'deleted') return { ...answerWith(204, resource, undefined), body: undefined }
  const location = `${base}/${key.type}/${key.id}/_history/${version}`
  return answerWith(outcome === 'created' ? 201 : 200, resource, location)
}

/** The answer to a write with the body that was asked for; the resource unless another is. */
function preferred(answer: Answer, returns: ReturnPreference | undefined): Answer {
  if (returns === 'minimal') return { ...answer, body: undefined }
  if (returns !== 'OperationOutcome') return answer
  const status = answer.status === 204 ? 200 : answer.status
  return { ...answer, status, body: goodOutcome('All is well: the change is stored') }
}

const plain = (status: number, body: Buffer | undefined): Answer => ({
  status,
  body,
  version: undefined,
  lastUpdated: undefined,
  location: undefined,
})

type Query<Kind extends 'search' | 'history'> = Extract<Interaction, { kind: Kind }>['query']

async function search(
  { gate, access, base, links }: Performing,
  query: Query<'search'>,
): Promise<Answer> {
  const asked = `${gate.region}/${query.type}?${query.text}`
  const cursor = query.cursor === undefined ? undefined : links.open(query.cursor, access, asked)
  const page = await gate.search(access, { ...query, cursor })
  const mark = page.next && links.wrap(page.next, access, asked)
  const next = mark && `${base}/${query.type}?${query.text && `${query.text}&`}_cursor=${mark}`
  return plain(200, searchBundle(base, query, page, next))
}

async function history(
  { gate, access, base, links }: Performing,
  query: Query<'history'>,
): Promise<Answer> {
  const path = [query.type, query.id, '_history'].filter((part) => part !== undefined).join('/')
  const text = `${path}?${query.text}`
  const asked = `${gate.region}/${text}`
  const cursor = query.cursor === undefined ? undefined : links.open(query.cursor, access, asked)
  const page = await gate.history(access, { ...query, cursor })
  const next = page.next && `${base}/${text}&_cursor=${links.wrap(page.next, access, asked)}`
  return plain(200, historyBundle(base, text, page, next))
}
