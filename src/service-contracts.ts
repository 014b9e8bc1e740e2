import { Problem } from './fhir/problem.ts'
import type { Directory } from './identity/directory.ts'
import type { Karna } from './karna.ts'
import type { Access, SystemAccess } from './law/access.ts'
import type { Gate } from './law/gate.ts'
import type { Piece } from './law/national-services.ts'
import type { CallerSetting, NationalSettings } from './national.ts'
import { systemRegion } from './region-index.ts'
import type { AccessingActor } from './systems/rivta/national/accessing-actor.ts'
import {
  type BlockQuestion,
  checkBlocksAnswerer,
  type InformationEntity,
} from './systems/rivta/national/check-blocks.ts'
import { checkConsentAnswerer } from './systems/rivta/national/check-consent.ts'
import type { EngagementTransaction } from './systems/rivta/national/engagement.ts'
import { engagementAnswerers } from './systems/rivta/national/engagement-index.ts'
import { createServiceProvider } from './systems/rivta/national/national-service.ts'
import {
  type DisclosedRecords,
  disclosedRecords,
} from './systems/rivta/provide/disclosed-records.ts'
import { type ContractVersion, PRODUCERS } from './systems/rivta/provide/producers.ts'
import { createRivtaProvider, type Disclosure } from './systems/rivta/provide/rivta-provider.ts'
import {
  type Caller,
  type SoapHandler,
  type SoapServer,
  startSoapServer,
} from './systems/rivta/soap/soap-server.ts'

/** Requests are small; a notification holds at most a thousand engagements. */
const MOST_BYTES = 4_000_000
const PAGE = 100
const CONTRACTS = Object.keys(PRODUCERS) as ContractVersion[]

/**
 * Opens the port on which regions of ours answer the national service contracts, so that NPÖ and 1177 read them as any
 * other, and on which the engagement index notifies us. Who asks is known by their certificate (mutual TLS) and must be
 * agreed on; every answer goes through the region's gate and is in its log before it leaves.
 *
 * @returns `undefined` where the settings name no port
 */
export async function startServiceContracts(
  karna: Pick<Karna, 'live' | 'national'>,
  directory: Pick<Directory, 'units'>,
): Promise<SoapServer | undefined> {
  const { national } = karna
  if (!national) return undefined
  const { settings, tls } = national
  const { port } = settings
  if (port === undefined) return undefined
  const providers = new Map(
    Object.entries(settings.ours ?? {}).map(([region, { system }]) => [
      system,
      createRivtaProvider({
        system,
        contracts: CONTRACTS,
        pageSize: PAGE,
        disclose: (asked) => disclose(karna.live, { settings, directory, region }, asked),
      }),
    ]),
  )
  const notified = createServiceProvider(
    engagementAnswerers({
      processNotification: (transactions, { certificate }) => {
        requireCaller(settings, certificate)
        return noteEngagements(karna, transactions)
      },
    }),
  )
  const security = createServiceProvider(securityAnswerers(karna, settings))
  const handle: SoapHandler = (request, caller) => {
    if (request.body.name === 'ProcessNotification') return notified(request, caller)
    if (request.body.name.startsWith('Check')) return security(request, caller)
    const answer = providers.get(request.logicalAddress ?? '')
    if (!answer) throw new Problem('invalid', 'Den logiska adressen är inte något av våra system')
    return answer(request, caller)
  }
  return startSoapServer({ handle, maxBytes: MOST_BYTES, port, ...(tls && { tls }) })
}

/** CheckBlocks and CheckConsent for the records that we keep: asked of the region whose patient it is, by who has an agreement. */
function securityAnswerers({ live }: Pick<Karna, 'live'>, settings: NationalSettings) {
  const questionOf = async (
    { actor, patient }: Pick<BlockQuestion, 'actor' | 'patient'>,
    provider: string | undefined,
    { certificate }: Caller,
  ) => {
    const { name } = requireCaller(settings, certificate)
    const ours = Object.entries(settings.ours ?? {})
    const [region = '', own] = ours.find(([, each]) => each.provider === provider) ?? ours[0] ?? []
    const open = live.open(region)
    const person = await live.persons.byNumber(patient.extension)
    const places = person === undefined ? [] : await live.persons.whereIs(person)
    const known = places.find((each) => each.region === region)?.patient
    const who = { region, user: certificate ?? '', userName: name, unit: region }
    const asker = systemAccess({ ...who, provider: own?.provider ?? region }, 'CheckBlocks')
    const reader = { ...asker, kind: 'staff', role: 'doctor', ...readerOf(actor) } as const
    return { answers: open?.security, asked: { asker, reader, patient: known ?? '' }, own }
  }
  return [
    checkBlocksAnswerer({
      async check(question, caller) {
        const [entity] = question.entities
        const { answers, asked } = await questionOf(question, entity?.provider, caller)
        if (!answers || asked.patient === '') return question.entities.map(() => false)
        return answers.areBlocked(
          asked,
          question.entities.map((each) => pieceOf(each, asked)),
        )
      },
    }),
    checkConsentAnswerer({
      async check(question, caller) {
        const { answers, asked, own } = await questionOf(question, undefined, caller)
        if (!answers || asked.patient === '' || !own) return 'none'
        return answers.consentFor(asked, own.provider)
      },
    }),
  ]
}

const readerOf = ({ employee, provider, unit }: AccessingActor) => ({
  user: employee,
  provider,
  unit,
})

const KINDS = { lak: 'drugs', upp: 'alerts' } as const

function pieceOf(
  { start, end, unit, provider, type }: InformationEntity,
  { patient }: { readonly patient: string },
): Piece {
  const kind = type === undefined ? undefined : KINDS[type]
  return { patient, unit, provider, kind, from: Date.parse(start), to: Date.parse(end) + 1 }
}

interface Answering {
  readonly settings: NationalSettings
  readonly directory: Pick<Directory, 'units'>
  readonly region: string
}

/** What the gate lets the caller have. A refusal is in the log; the contract tells it as a request that isn't answered. */
async function disclose(
  { gateOf }: Pick<Karna['live'], 'gateOf'>,
  { settings, directory, region }: Answering,
  asked: Disclosure,
): Promise<DisclosedRecords | undefined> {
  const gate = gateOf(region)
  if (!gate) throw new Problem('transient', 'Regionen är inte ansluten')
  const { certificate } = asked.caller
  const setting = requireCaller(settings, certificate)
  const provider = settings.ours?.[region]?.provider ?? ''
  const unit = directory.units.find((each) => each.provider === provider)?.hsaId ?? provider
  const who = { region, user: certificate ?? '', userName: setting.name, unit, provider }
  try {
    const access = await accessOf(gate, setting, asked, who)
    const reader = {
      capability: () => gate.capability(),
      search: (query: Parameters<Gate['search']>[1]) => gate.search(access, query),
    }
    return await disclosedRecords(reader, asked.patient, asked.types)
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === 'forbidden') return undefined
    throw thrown
  }
}

/** @throws Problem `forbidden` for whom nothing is agreed with */
function requireCaller(
  { callers = {} }: NationalSettings,
  certificate: string | undefined,
): CallerSetting {
  const found = certificate === undefined ? undefined : callers[certificate]
  if (!found) throw new Problem('forbidden', 'Det finns inget avtal med den som frågar')
  return found
}

type Who = Pick<Access, 'region' | 'user' | 'userName' | 'unit' | 'provider'>

/** Another system, in nobody's name. */
function systemAccess(who: Who, contract: string): SystemAccess {
  return {
    kind: 'system',
    ...who,
    commission: 'system',
    purpose: 'care',
    statedReason: undefined,
    session: `${contract} ${who.user}`,
  }
}

/** Other providers' service, or the patient's own: then it's the patient who reads, and whose id must be looked up first. */
async function accessOf(
  gate: Gate,
  { acts }: CallerSetting,
  { patient, contract }: Disclosure,
  who: Who,
): Promise<Access> {
  const shared = { ...systemAccess(who, contract), makesAvailable: true } as const
  if (acts === 'shared-records') return shared
  const reader = {
    capability: () => gate.capability(),
    search: (query: Parameters<Gate['search']>[1]) => gate.search(shared, query),
  }
  const { patient: ownPatient } = await disclosedRecords(reader, patient, [])
  const { kind: _, makesAvailable: _shared, ...rest } = shared
  return {
    ...rest,
    kind: 'patient',
    user: patient.extension,
    commission: 'patient',
    ownPatient: ownPatient ?? 'nobody',
  }
}

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
