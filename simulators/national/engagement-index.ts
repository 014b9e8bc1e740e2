import {
  type Engagement,
  type EngagementTransaction,
  engagementKey,
} from '../../src/systems/rivta/national/engagement.ts'
import {
  type EngagementQuestion,
  engagementAnswerers,
  notifySubscriber,
} from '../../src/systems/rivta/national/engagement-index.ts'
import {
  createServiceProvider,
  type NationalService,
} from '../../src/systems/rivta/national/national-service.ts'
import type { TlsOptions } from '../../src/systems/rivta/soap/soap-client.ts'
import { startSoapServer } from '../../src/systems/rivta/soap/soap-server.ts'

/** A running engagement index, in memory. */
export interface SimulatedIndex {
  readonly url: string
  /** Everything in it, in no particular order. */
  content(): readonly Engagement[]
  /** Who is told of every change from now on. */
  subscribe(subscriber: NationalService): void
  close(): Promise<void>
}

/** HSA-id of the index: the owner of what is written to it first. */
export const INDEX = 'SE165565594230-EI'

/** Starts an engagement index on 127.0.0.1. A change is told to subscribers after it's answered. */
export async function startEngagementIndex(tls?: TlsOptions): Promise<SimulatedIndex> {
  const content = new Map<string, Engagement>()
  const subscribers: NationalService[] = []
  const handle = createServiceProvider(
    engagementAnswerers({
      async update(transactions) {
        for (const transaction of transactions) take(content, transaction)
        for (const subscriber of subscribers) void tell(subscriber, transactions)
      },
      find: async (question) => [...content.values()].filter((each) => fits(each, question)),
    }),
  )
  const server = await startSoapServer({ handle, maxBytes: 10_000_000, ...(tls && { tls }) })
  return {
    url: server.url,
    content: () => [...content.values()],
    subscribe: (subscriber) => void subscribers.push(subscriber),
    close: () => server.close(),
  }
}

/** An older time never takes the place of a newer one. */
function take(
  content: Map<string, Engagement>,
  { isDeleted, engagement }: EngagementTransaction,
): void {
  const key = engagementKey(engagement)
  const known = content.get(key)
  if (isDeleted) return void content.delete(key)
  const times = [known?.mostRecentContent ?? '', engagement.mostRecentContent ?? ''].sort()
  const [, latest] = times
  content.set(key, {
    ...engagement,
    mostRecentContent: latest || undefined,
    owner: known?.owner ?? INDEX,
  })
}

/** A subscriber that is away misses it, as in the real one. */
async function tell(
  subscriber: NationalService,
  transactions: readonly EngagementTransaction[],
): Promise<void> {
  await notifySubscriber(subscriber, transactions).catch(() => undefined)
}

function fits(engagement: Engagement, question: EngagementQuestion): boolean {
  const names = [
    'patient',
    'serviceDomain',
    'categorization',
    'logicalAddress',
    'sourceSystem',
    'dataController',
  ] as const
  return names.every((name) => question[name] === undefined || question[name] === engagement[name])
}
