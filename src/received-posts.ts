import type { Karna } from './karna.ts'
import type { ReceivedPost } from './law/received-log.ts'
import type { NationalSettings } from './national.ts'
import { addressed, requireCaller, systemAccess } from './our-systems.ts'
import type { Answerer } from './systems/rivta/national/national-service.ts'
import type { SentPost } from './systems/rivta/national/read-log-post.ts'
import { storeLogAnswerer } from './systems/rivta/national/store-log.ts'
import type { Caller } from './systems/rivta/soap/soap-server.ts'

/** A sender's clock may be this much ahead of ours, in milliseconds. What isn't done yet can't be logged. */
const AHEAD = 60_000

/**
 * StoreLog for the care providers of ours: what their people did in other systems stands in the same log as what they did
 * here, and in the patient's extract. Who may hand in whose log is agreed on; anything else is refused, and the refusal logged.
 */
export function receivedLogAnswerer(
  { receivedLog, log }: Pick<Karna, 'receivedLog' | 'log'>,
  settings: NationalSettings,
): Answerer {
  const deny = async (region: string, provider: string, name: string, { certificate }: Caller) => {
    const who = { region, user: certificate ?? '', userName: name, unit: provider, provider }
    await log.append([
      {
        access: systemAccess(who, 'StoreLog'),
        patient: undefined,
        action: 'other',
        outcome: 'deny',
        paragraph: 'PDL 4:3',
        resources: [],
      },
    ])
    return 'denied' as const
  }
  return storeLogAnswerer({
    async store(posts, caller, to) {
      const { region, provider, providers } = addressed(settings, to)
      const { name, logs = [] } = requireCaller(settings, caller.certificate)
      const isAllowed = ({ careProvider: { id } }: SentPost) =>
        providers.includes(id) && logs.includes(id)
      if (!posts.every(isAllowed)) return deny(region, provider, name, caller)
      if (posts.some(({ time }) => time > Date.now() + AHEAD)) return 'refused'
      return receivedLog.store(posts.map((post) => received(post, region)))
    },
  })
}

function received(post: SentPost, region: string): ReceivedPost {
  const { careProvider, careUnit, resources, ...rest } = post
  return {
    ...rest,
    region,
    provider: careProvider,
    unit: careUnit,
    resources: resources.map(({ kind, patient, careProvider, careUnit }) => ({
      ...{ kind, number: patient, provider: careProvider, unit: careUnit },
    })),
  }
}
