import { Problem } from './fhir/problem.ts'
import type { OpenRegion, Regions } from './regions.ts'
import type { ConformanceReport } from './systems/registry/conformance.ts'
import type { RegionPlan, RegionRecord } from './systems/registry/registry.ts'

/** What a region that takes part is changed with. */
export interface ChangeParts {
  readonly regions: Pick<Regions, 'registry' | 'refresh' | 'candidate'>
  /** Tries a region that is open, through its gate. */
  readonly tryOut: (region: OpenRegion) => Promise<ConformanceReport>
}

/**
 * Gives a region that takes part another system, or the same at another place, while it is used: the new one is tried beside
 * the old one, and takes its place only after a run without faults. Nobody notices the change, nor that it was refused.
 *
 * @throws Problem `business-rule` for one that doesn't take part, `conflict` where the new one doesn't do
 */
export async function changeRegion(
  { regions, tryOut }: ChangeParts,
  plan: RegionPlan,
): Promise<RegionRecord> {
  const { registry } = regions
  const there = await registry.get(plan.id)
  if (!there || there.state === 'left') {
    throw new Problem('business-rule', 'It does not take part: karna region join')
  }
  const candidate = await regions.candidate(
    { ...there, kind: plan.kind, settings: plan.settings ?? there.settings },
    plan.secrets ?? {},
  )
  try {
    const { failed, checks } = await tryOut(candidate)
    const wrong = checks.filter(({ passed }) => !passed).slice(0, 3)
    if (failed > 0) {
      const what = wrong.map(({ name, detail }) => `${name}: ${detail}`).join('; ')
      throw new Problem('conflict', `Nothing was changed, as the new one does not do: ${what}`)
    }
  } finally {
    candidate.legacy?.close?.()
    candidate.peer?.close()
  }
  const record = await registry.change(plan)
  await registry.note(plan.id, 'changed', { from: there.kind, to: plan.kind })
  await regions.refresh()
  return record
}

/**
 * Gives a region what it ran before the last change, within a second and untried: it goes back from what doesn't do.
 * @throws Problem `business-rule` where it was never changed
 */
export async function changeBack(
  { registry, refresh }: Pick<Regions, 'registry' | 'refresh'>,
  id: string,
): Promise<RegionRecord> {
  const former = await registry.former(id)
  if (!former) throw new Problem('business-rule', 'The region has not been changed')
  const record = await registry.change(former)
  await registry.note(id, 'changed-back', { to: former.kind })
  await refresh()
  return record
}
