import { Problem } from '../../../fhir/problem.ts'
import type { Fields } from '../mapping/fields.ts'
import type { Caller } from '../soap/soap-server.ts'
import {
  type Engagement,
  type EngagementTransaction,
  engagementFields,
  readEngagement,
} from './engagement.ts'
import {
  type Answerer,
  askService,
  type NationalService,
  needed,
  type Operation,
  own,
  typed,
} from './national-service.ts'

const CORE = 'urn:riv:itintegration:engagementindex:1'
const operation = (name: string): Operation => ({
  name,
  responder: `urn:riv:itintegration:engagementindex:${name}Responder:1`,
  core: CORE,
})

/** Update 1.0, FindContent 1.0 and ProcessNotification 1.0. */
export const UPDATE = operation('Update')
export const FIND_CONTENT = operation('FindContent')
export const PROCESS_NOTIFICATION = operation('ProcessNotification')

/** Whose engagements are looked for, and of which kind. */
export interface EngagementQuestion {
  readonly patient: string
  readonly serviceDomain: string
  readonly categorization?: string
  readonly logicalAddress?: string
  readonly sourceSystem?: string
  readonly dataController?: string
}

/** Engagemangsindex as its users see it. */
export interface EngagementIndex {
  /** Tells what there is and what isn't any more. @throws Problem `transient` if the index didn't take it: send it again */
  update(transactions: readonly EngagementTransaction[]): Promise<void>
  /** @throws Problem `transient`: then nothing is known, and every source must be asked or named as not asked */
  findContent(question: EngagementQuestion): Promise<readonly Engagement[]>
}

/** The most transactions of one message. Source: TKB itintegration:engagementindex 1.0, Update. */
const MOST_TRANSACTIONS = 1000

/** A client of the engagement index. */
export function createEngagementIndex(service: NationalService): EngagementIndex {
  return {
    async update(transactions) {
      for (let at = 0; at < transactions.length; at += MOST_TRANSACTIONS) {
        await send(service, UPDATE, transactions.slice(at, at + MOST_TRANSACTIONS))
      }
    },
    async findContent(question) {
      const answer = await askService(service, FIND_CONTENT, [
        own('registeredResidentIdentification', question.patient),
        own('serviceDomain', question.serviceDomain),
        own('categorization', question.categorization),
        own('logicalAddress', question.logicalAddress),
        own('sourceSystem', question.sourceSystem),
        own('dataController', question.dataController),
      ])
      try {
        return answer.groups('engagement').map(readEngagement)
      } catch (cause) {
        if (!(cause instanceof Problem)) throw cause
        throw new Problem('transient', 'FindContent: an engagement cannot be read', { cause })
      }
    },
  }
}

/** Tells a subscriber of the index what has changed. @throws Problem `transient` if it didn't take it */
export async function notifySubscriber(
  service: NationalService,
  transactions: readonly EngagementTransaction[],
): Promise<void> {
  await send(service, PROCESS_NOTIFICATION, transactions)
}

async function send(
  service: NationalService,
  { name, responder, core }: Operation,
  transactions: readonly EngagementTransaction[],
): Promise<void> {
  const content = transactions.map(({ isDeleted, engagement }) =>
    own('engagementTransaction', [
      typed('deleteFlag', isDeleted),
      typed('engagement', engagementFields(engagement)),
    ]),
  )
  const answer = await askService(service, { name, responder, core }, content)
  const code = answer.text('ResultCode')?.trim()
  if (code !== 'OK' && code !== 'INFO') {
    throw new Problem('transient', `${name}: the receiver did not take what was told`)
  }
}

/** What answers for an engagement index, or for a subscriber of one. */
export interface EngagementParts {
  readonly update?: (
    transactions: readonly EngagementTransaction[],
    caller: Caller,
    to: string | undefined,
  ) => Promise<void>
  readonly find?: (
    question: EngagementQuestion,
    caller: Caller,
    to: string | undefined,
  ) => Promise<readonly Engagement[]>
  readonly processNotification?: (
    transactions: readonly EngagementTransaction[],
    caller: Caller,
    to: string | undefined,
  ) => Promise<void>
}

/** The operations that are answered, for `createServiceProvider`. Those without a function aren't. */
export function engagementAnswerers(parts: EngagementParts): readonly Answerer[] {
  const { update, find, processNotification } = parts
  return [
    ...(update ? [taking(UPDATE, update)] : []),
    ...(processNotification ? [taking(PROCESS_NOTIFICATION, processNotification)] : []),
    ...(find ? [finding(find)] : []),
  ]
}

/** What can't be read is answered as an error: the sender must not send it again as it is. */
function taking(
  what: Operation,
  take: (
    transactions: readonly EngagementTransaction[],
    caller: Caller,
    to: string | undefined,
  ) => Promise<void>,
): Answerer {
  return {
    operation: what,
    async answer(request, caller, to) {
      try {
        await take(request.groups('engagementTransaction').map(readTransaction), caller, to)
        return [own('ResultCode', 'OK')]
      } catch (error) {
        if (!(error instanceof Problem) || error.code === 'transient') throw error
        return [own('ResultCode', 'ERROR'), own('comment', error.message)]
      }
    },
  }
}

function readTransaction(fields: Fields): EngagementTransaction {
  const flag = needed(fields, 'deleteFlag')
  return {
    isDeleted: flag === 'true' || flag === '1',
    engagement: readEngagement(fields.group('engagement')),
  }
}

function finding(find: NonNullable<EngagementParts['find']>): Answerer {
  return {
    operation: FIND_CONTENT,
    async answer(request, caller, to) {
      const optional = (
        name: 'categorization' | 'logicalAddress' | 'sourceSystem' | 'dataController',
      ) => {
        const text = request.text(name)?.trim()
        return text === undefined ? {} : { [name]: text }
      }
      const found = await find(
        {
          patient: needed(request, 'registeredResidentIdentification'),
          serviceDomain: needed(request, 'serviceDomain'),
          ...optional('categorization'),
          ...optional('logicalAddress'),
          ...optional('sourceSystem'),
          ...optional('dataController'),
        },
        caller,
        to,
      )
      return found.map((each) => own('engagement', engagementFields(each)))
    },
  }
}
