import { Problem } from './fhir/problem.ts'
import type { StoredResource } from './fhir/record-system.ts'
import type { ResourceType } from './fhir/resource-type.ts'
import type { Directory } from './identity/directory.ts'
import type { Karna } from './karna.ts'
import type { Access } from './law/access.ts'
import type { Gate } from './law/gate.ts'
import { holdersOfNumber } from './law/patients-with-number.ts'
import type { NationalSettings } from './national.ts'
import { type Addressed, requireCaller, systemAccess } from './our-systems.ts'
import type { OpenRegion } from './regions.ts'
import {
  type DisclosedRecords,
  disclosedRecords,
  recordsOf,
} from './systems/rivta/provide/disclosed-records.ts'
import type { PatientNumber } from './systems/rivta/sealed-id.ts'
import type { Caller } from './systems/rivta/soap/soap-server.ts'

/** What is asked of a region's own store, and by whom. */
export interface AskedOfStore {
  /** Names the question in the log: `GetDiagnosis:2`. */
  readonly contract: string
  readonly patient: PatientNumber
  readonly types: readonly ResourceType[]
  readonly caller: Caller
}

/** What the answers are taken from. */
export interface Answering {
  readonly live: Pick<Karna['live'], 'gateOf' | 'open'>
  readonly settings: NationalSettings
  readonly directory: Pick<Directory, 'units'>
}

/**
 * What the gate lets the caller have of a region's store. A service that other providers read through asks for each care
 * provider by itself, whose own blocks are judged: one that is closed keeps back its own records and no others'.
 *
 * @returns `undefined` if every provider refuses: that is in the log, and the contract tells it as a request that isn't answered
 * @throws Problem `forbidden` for whom nothing is agreed with; `transient` while the region isn't live
 */
export async function disclosedByGate(
  { live, settings, directory }: Answering,
  own: Addressed,
  asked: AskedOfStore,
): Promise<DisclosedRecords | undefined> {
  const { acts, name } = requireCaller(settings, asked.caller.certificate)
  const gate = live.gateOf(own.region)
  if (!gate) throw new Problem('transient', 'Regionen är inte ansluten')
  const accessTo = (provider: string) => {
    const unit = directory.units.find((each) => each.provider === provider)?.hsaId ?? provider
    const user = asked.caller.certificate ?? ''
    const who = { region: own.region, user, userName: name, unit, provider }
    return { ...systemAccess(who, asked.contract), makesAvailable: true } as const
  }
  const answers =
    acts === 'patient'
      ? [await unlessRefused(asPatient(gate, live.open(own.region), accessTo(own.provider), asked))]
      : await Promise.all(
          own.providers.map((each) =>
            unlessRefused(
              disclosedRecords(readerOf(gate, accessTo(each)), asked.patient, asked.types),
            ),
          ),
        )
  const found = together(
    answers.flatMap((each) => each ?? []),
    own.providers,
  )
  return found && { ...found, records: await madeHere(live.open(own.region), found.records) }
}

/** Only what was made in our own store: what the region's other system has, that system publishes (TKB 1.6). */
async function madeHere(
  region: Pick<OpenRegion, 'own' | 'legacy'> | undefined,
  records: readonly StoredResource[],
): Promise<readonly StoredResource[]> {
  if (!region?.legacy) return records
  const ours = await Promise.all(
    records.map(({ key, origin }) => origin.patient === undefined || region.own.locate(key)),
  )
  return records.filter((_, at) => ours[at])
}

/**
 * The patient's own question: whose id must be looked up first. By a number that was given up it's the one who took its place,
 * whom the number leads to though it isn't theirs.
 */
async function asPatient(
  gate: Gate,
  open: Pick<OpenRegion, 'system'> | undefined,
  shared: Access,
  { patient, types }: AskedOfStore,
): Promise<DisclosedRecords> {
  const [ownPatient] = open
    ? await holdersOfNumber(open.system, patient.extension, patient.root)
    : []
  if (ownPatient === undefined) return disclosedRecords(readerOf(gate, shared), patient, types)
  const { region, userName, unit, provider, purpose, statedReason, session } = shared
  const own: Access = {
    ...{ region, userName, unit, provider, purpose, statedReason, session },
    kind: 'patient',
    user: patient.extension,
    commission: 'patient',
    ownPatient,
  }
  return recordsOf(readerOf(gate, own), [ownPatient], types)
}

const readerOf = (gate: Gate, access: Access) => ({
  capability: () => gate.capability(),
  search: (query: Parameters<Gate['search']>[1]) => gate.search(access, query),
})

async function unlessRefused(
  answer: Promise<DisclosedRecords>,
): Promise<DisclosedRecords | undefined> {
  try {
    return await answer
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === 'forbidden') return undefined
    throw thrown
  }
}

/** Each record once, and of the patient's only those of the providers that are answered for. */
function together(
  answers: readonly DisclosedRecords[],
  providers: readonly string[],
): DisclosedRecords | undefined {
  const [first] = answers
  if (!first) return undefined
  const records = new Map(
    answers
      .flatMap((each) => each.records)
      .filter(({ origin }) => origin.patient === undefined || providers.includes(origin.provider))
      .map((each) => [`${each.key.type}/${each.key.id}`, each]),
  )
  return {
    patients: [...new Set(answers.flatMap(({ patients }) => patients))],
    records: [...records.values()],
    issues: answers.flatMap((each) => each.issues),
  }
}
