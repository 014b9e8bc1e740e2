import { Problem } from './fhir/problem.ts'
import type { SystemAccess } from './law/access.ts'
import type { CallerSetting, NationalSettings, OurSystem } from './national.ts'

/** What a question is addressed to: a region's own store, and the care providers that it answers for there. */
export interface Addressed extends OurSystem {
  readonly region: string
  readonly providers: readonly string[]
}

/** Our own stores that are addressed as systems, each with all the care providers whose records it gives out. */
export function ourSystems({ ours = {} }: NationalSettings): readonly Addressed[] {
  return Object.entries(ours).map(([region, own]) => ({
    ...own,
    region,
    providers: providersOf(own),
  }))
}

/** The care providers whose records a region's store gives out. */
export function providersOf({ provider, providers = [] }: OurSystem): readonly string[] {
  return [...new Set([provider, ...providers])]
}

/**
 * What a logical address of the security services names: a system of ours, or one care provider in it.
 *
 * @throws Problem `invalid` for one that isn't ours
 */
export function addressed(settings: NationalSettings, to: string | undefined): Addressed {
  const systems = ourSystems(settings)
  const system = systems.find((each) => each.system === to)
  if (system) return system
  const ofProvider = systems.find(({ providers }) => providers.some((each) => each === to))
  if (!ofProvider || to === undefined) throw notOurs()
  return { ...ofProvider, provider: to, providers: [to] }
}

/** What the contracts tell of a logical address that isn't ours. */
export const notOurs = () =>
  new Problem('invalid', 'Den logiska adressen är inte något av våra system')

/** Who asks. @throws Problem `forbidden` for whom nothing is agreed with */
export function requireCaller(
  { callers = {} }: NationalSettings,
  certificate: string | undefined,
): CallerSetting {
  const isKnown = certificate !== undefined && Object.hasOwn(callers, certificate)
  const found = isKnown ? callers[certificate] : undefined
  if (!found) throw new Problem('forbidden', 'Det finns inget avtal med den som frågar')
  return found
}

/** What another system does, in nobody's name. */
export function systemAccess(
  who: Pick<SystemAccess, 'region' | 'user' | 'userName' | 'unit' | 'provider'>,
  contract: string,
): SystemAccess {
  return {
    kind: 'system',
    ...who,
    commission: 'system',
    purpose: 'care',
    statedReason: undefined,
    session: `${contract} ${who.user}`,
  }
}
