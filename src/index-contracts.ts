import { type Answering, disclosedByGate } from './disclosed-by-gate.ts'
import { Problem } from './fhir/problem.ts'
import type { Karna } from './karna.ts'
import { organizationNumber } from './national.ts'
import { notOurs, ourSystems, requireCaller } from './our-systems.ts'
import { systemRegion } from './region-index.ts'
import { rootOf } from './systems/rivta/mapping/code-systems.ts'
import type { Engagement, EngagementTransaction } from './systems/rivta/national/engagement.ts'
import {
  type EngagementQuestion,
  engagementAnswerers,
} from './systems/rivta/national/engagement-index.ts'
import { engagementsOf, typesIn } from './systems/rivta/national/engagements-of-records.ts'
import type { Answerer } from './systems/rivta/national/national-service.ts'
import type { Caller } from './systems/rivta/soap/soap-server.ts'

/**
 * Update, ProcessNotification and FindContent of the engagement index. A source of a region, or the national index, tells us
 * what others have; what our own stores have is looked up through the gate, so that it's in the log who was told, and nobody
 * is told of what is closed to them.
 */
export function indexAnswerers(
  { live, national }: Pick<Karna, 'live' | 'national'>,
  answering: Answering,
): readonly Answerer[] {
  const { settings } = answering
  const take = async (
    transactions: readonly EngagementTransaction[],
    { certificate }: Caller,
    to: string | undefined,
  ) => {
    requireCaller(settings, certificate)
    const isOurs = ourSystems(settings).some(({ system }) => system === to)
    if (!isOurs && (to === undefined || to !== settings.subscriber)) throw notOurs()
    await noteEngagements({ live, national }, transactions)
  }
  return engagementAnswerers({
    update: take,
    processNotification: take,
    async find(question, caller, to) {
      const own = ourSystems(settings).find(({ system }) => system === to)
      if (!own) throw notOurs()
      const { patient, serviceDomain } = question
      const asked = {
        contract: 'FindContent:1',
        patient: { root: rootOf(patient), extension: patient },
        types: typesIn(serviceDomain),
        caller,
      }
      const found = await disclosedByGate(answering, own, asked)
      if (found && found.issues.length > 0) {
        throw new Problem('transient', `Tekniskt fel. Logg-id: ${crypto.randomUUID()}`)
      }
      const records = found?.records.filter(
        ({ origin }) => origin.patient !== undefined && found.patients.includes(origin.patient),
      )
      const told = engagementsOf(records ?? [], {
        system: own.system,
        organizationNumber,
        numberOf: () => patient,
      })
      return told.map(({ engagement }) => engagement).filter((each) => fits(each, question))
    },
  })
}

const FILTERS = [
  'serviceDomain',
  'categorization',
  'logicalAddress',
  'sourceSystem',
  'dataController',
] as const

const fits = (engagement: Engagement, question: EngagementQuestion) =>
  FILTERS.every((name) => question[name] === undefined || question[name] === engagement[name])

/** What the index tells of other regions: where to ask the next time. */
async function noteEngagements(
  { live, national }: Pick<Karna, 'live' | 'national'>,
  transactions: readonly EngagementTransaction[],
): Promise<void> {
  for (const { isDeleted, engagement } of transactions) {
    const region = systemRegion(national, live.all(), engagement.sourceSystem)
    const open = region === undefined ? undefined : live.open(region)
    if (isDeleted || !open?.legacy || region === undefined) continue
    const number = engagement.patient
    const patient = await open.legacy.patientOf?.(number)
    await live.persons.note({ number, region, ...(patient !== undefined && { patient }) })
  }
}
