import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { FhirResource } from 'fhir/r4'
import { checkMessage } from '../../../simulators/rivta/schema/check-message.ts'
import { readSchema } from '../../../simulators/rivta/schema/read-schema.ts'
import { schemaFile, schemasMissing } from '../../../simulators/rivta/schema/schema-files.ts'
import { freshDatabaseUrl } from '../../../tests/database.ts'
import { clinicalAnswers } from '../../../tests/same-everywhere/clinical-answer.ts'
import { populate } from '../../../tools/population/populate.ts'
import { createDatabase } from '../../db/database.ts'
import { parseJson } from '../../fhir/json/parse.ts'
import type { RecordSystem } from '../../fhir/record-system.ts'
import type { ResourceType } from '../../fhir/resource-type.ts'
import { parseSearch } from '../../fhir/search/parse.ts'
import { EVERYTHING, mintSight } from '../../fhir/sight.ts'
import { validResource } from '../../fhir/validation/validate.ts'
import { createStore } from '../../store/store.ts'
import type { Contract, Question } from './contracts/contract.ts'
import { CONTRACTS, contractOf, lacksOf } from './contracts/contracts.ts'
import type { RivtaProfile } from './profile.ts'
import { disclosedRecords, readerOf } from './provide/disclosed-records.ts'
import { parseExactly } from './provide/exact-json.ts'
import { type ContractVersion, PRODUCERS } from './provide/producers.ts'
import { isLaboratory } from './provide/reports.ts'
import { createRivtaProvider } from './provide/rivta-provider.ts'
import { createRivtaSystem } from './rivta-system.ts'
import { readXml } from './soap/read-xml.ts'
import { type SoapHandler, startSoapServer } from './soap/soap-server.ts'

const closing: (() => unknown)[] = []
after(async () => {
  for (const close of closing.reverse()) await close()
})

const SYSTEM = 'SE2321000131-KARNA'
const everything = mintSight(EVERYTHING)
const NEWEST = [
  'GetCareDocumentation:3',
  'GetDiagnosis:2',
  'GetAlertInformation:2',
  'GetLaboratoryOrderOutcome:4',
  'GetReferralOutcome:3',
  'GetImagingOutcome:1',
  'GetMedicationHistory:2',
  'GetVaccinationHistory:2',
  'GetCareContacts:3',
  'GetFunctionalStatus:2',
  'GetCarePlans:2',
] as const satisfies ContractVersion[]
const OLDER = NEWEST.map((version) =>
  /CareDocumentation|CareContacts/.test(version)
    ? version.replace('3', '2')
    : version.replace('Outcome:4', 'Outcome:3'),
) as ContractVersion[]
const TYPES: readonly ResourceType[] = [
  'Condition',
  'Encounter',
  'AllergyIntolerance',
  'Flag',
  'Observation',
  'DiagnosticReport',
  'MedicationRequest',
  'Immunization',
  'Composition',
]

/** A region's own store with some people of the demo in it. */
async function storeOfPeople(): Promise<{ store: RecordSystem; numbers: readonly string[] }> {
  const db = createDatabase(await freshDatabaseUrl())
  closing.push(() => db.end())
  const store = await createStore({ db, region: 'vgr', now: Date.now, alongside: undefined })
  const parts = [...populate({ seed: 'test', patients: 6, until: '2026-11-24T13:05:00+01:00' })]
  const resources = parts.filter(({ region }) => region === 'vgr').flatMap((part) => part.resources)
  for (let at = 0; at < resources.length; at += 500) {
    await store.transact(
      resources.slice(at, at + 500).map((value) => {
        const resource = validResource(parseJson(Buffer.from(JSON.stringify(value))))
        return {
          kind: 'create',
          type: resource.type,
          resource,
          id: resource.id,
          ifNoneExist: undefined,
        }
      }),
      {
        sight: everything,
        unit: 'SE2321000131-E000000000000',
        provider: 'SE2321000131-E000000000000',
        process: undefined,
        mayUnlabel: true,
        mayChooseId: true,
        originOf: ({ value }) => ({
          unit: value.meta?.source?.split('#')[1] ?? '',
          provider: 'SE2321000131-E000000000000',
        }),
        logEntry: undefined,
      },
    )
  }
  const patients = resources.flatMap((each) => (each.resourceType === 'Patient' ? [each] : []))
  return { store, numbers: patients.flatMap(({ identifier }) => identifier?.[0]?.value ?? []) }
}

/** What neither generation of the contracts tells. */
const LACKING = new Set(lacksOf(CONTRACTS).map(({ element }) => element))

async function answersOf(system: RecordSystem, number: string): Promise<readonly string[]> {
  const [patient] = await all(system, 'Patient', `identifier=urn:oid:1.2.752.129.2.1.3.1|${number}`)
  const found = await Promise.all(
    TYPES.map((type) => all(system, type, `patient=Patient/${patient?.id}&_count=1000`)),
  )
  const told = found
    .flat()
    .filter((each) => each.resourceType !== 'Observation' || isLaboratory(each))
  return clinicalAnswers(told, LACKING)
}

async function all(
  system: RecordSystem,
  type: ResourceType,
  text: string,
): Promise<FhirResource[]> {
  const { types } = system.capability()
  const query = parseSearch(type, new URLSearchParams(text), { types, base: undefined, now: 0 })
  const { hits, issues, next } = await system.search(query, everything)
  assert.deepEqual(issues, [])
  assert.equal(next, undefined)
  return hits.map(({ resource }) => parseExactly(resource.bytes))
}

let made: ReturnType<typeof storeOfPeople> | undefined
const people = () => (made ??= storeOfPeople())

/** The store behind its own provider, read by the connector as any other region's system. */
async function readBack(contracts: readonly ContractVersion[]): Promise<RecordSystem> {
  const { store } = await people()
  const provider = createRivtaProvider({
    system: SYSTEM,
    contracts,
    pageSize: 7,
    version: 'Kärna 1.2',
    disclose: ({ patient, types }) => disclosedRecords(readerOf(store, everything), patient, types),
  })
  const server = await startSoapServer({ handle: checking(provider), maxBytes: 100_000 })
  closing.push(() => server.close())
  const source = {
    name: 'Kärna VGR',
    logicalAddress: SYSTEM,
    url: server.url,
    contracts: contracts.map(contractIn),
  }
  const system = createRivtaSystem({
    profile: { ...PROFILE, sources: [source] },
    secret: Buffer.alloc(32, 1),
    now: Date.now,
  })
  closing.push(() => system.close())
  return system
}

const PROFILE: Omit<RivtaProfile, 'sources'> = {
  name: 'vgr',
  provider: 'SE2321000131-E000000000000',
  units: [],
  providers: [],
  reserveNumbers: [],
  deadline: 20_000,
  maxBytes: 50_000_000,
  freshness: 60_000,
}

function contractIn(version: ContractVersion): Contract {
  const [question = '', major] = version.split(':')
  const contract = contractOf(question as Question, Number(major))
  assert.ok(contract, version)
  return contract
}

/** The provider, with each of its messages held to its schema where those are at hand. */
function checking(provider: SoapHandler): SoapHandler {
  return async (request, caller) => {
    const answer = await provider(request, caller)
    if (schemasMissing) return answer
    const message = readXml(answer.text)
    const version = `${request.body.name}:${request.body.namespace.split(':').at(-1)}`
    const contract = contractIn(version as ContractVersion)
    const schema = readSchema(schemaFile(contract.question, contract.version))
    assert.deepEqual(checkMessage(schema, message), [])
    return answer
  }
}

test('the newest contracts give the same clinical answer as the store they answer from', async () => {
  const { store, numbers } = await people()
  const system = await readBack(NEWEST)
  for (const number of numbers) {
    const expected = await answersOf(store, number)
    assert.ok(expected.length > 20)
    assert.deepEqual(await answersOf(system, number), expected)
  }
})

test('so do the older ones', async () => {
  const { store, numbers } = await people()
  const system = await readBack(OLDER)
  for (const number of numbers) {
    const expected = await answersOf(store, number)
    assert.ok(expected.length > 20)
    assert.deepEqual(await answersOf(system, number), expected)
  }
})

test('every contract that is understood can be answered too', () => {
  for (const version of Object.keys(PRODUCERS)) contractIn(version as ContractVersion)
})
