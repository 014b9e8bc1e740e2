import { contentOf } from '../../src/exchange/load/entries.ts'
import { createLoader } from '../../src/exchange/load/load.ts'
import { type KarnaUnderTest, startKarna } from './karna-under-test.ts'

/** In every text that a block closes, in whatever region. */
export const BLOCKED = 'Zq9blocked'
/** In the name of who is protected in one region only. */
export const SECRET = 'Zq9secret'

const VGR = 'SE2321000131-E0000000000'
const SKANE = 'SE2321000255-E0000000000'
const VASTERBOTTEN = 'SE2321000222-E0000000000'
const HSA = 'urn:oid:1.2.752.29.4.19'
const NUMBER = 'urn:oid:1.2.752.129.2.1.3.1'
const LABEL = 'https://karna.se/fhir/CodeSystem/label'

/** The care providers of the regions that the test's people have been in. */
export const PROVIDERS = { vgr: `${VGR}01`, skane: `${SKANE}01`, vasterbotten: `${VASTERBOTTEN}01` }
/** Where a psychiatry is blocked, and another unit isn't. */
export const UNITS = {
  ward: `${VGR}30`,
  psychiatry: `${VGR}53`,
  skaneWard: `${SKANE}30`,
  skanePsychiatry: `${SKANE}53`,
}

const at = (unit: string, more: object = {}) => ({ meta: { source: `${HSA}#${unit}`, ...more } })

const patient = (id: string, unit: string, number: string | undefined, more: object = {}) => ({
  resourceType: 'Patient',
  id,
  ...at(unit),
  ...(number && { identifier: [{ system: NUMBER, value: number }] }),
  name: [{ family: 'Ek' }],
  birthDate: '1970-01-01',
  ...more,
})

const observation = (id: string, unit: string, of: string, text = 'Hb') => ({
  resourceType: 'Observation',
  id,
  ...at(unit),
  status: 'final',
  code: { coding: [{ system: 'urn:c', code: 'c1' }], text },
  effectiveDateTime: '2024-06-01',
  subject: { reference: `Patient/${of}` },
})

const encounter = (id: string, unit: string, of: string) => ({
  resourceType: 'Encounter',
  id,
  ...at(unit),
  status: 'in-progress',
  class: { code: 'IMP' },
  subject: { reference: `Patient/${of}` },
})

/** The Consent by which somebody closes a unit, as the region keeps it. */
export const aBlock = (id: string, unit: string, of: string) => ({
  resourceType: 'Consent',
  id,
  ...at(unit),
  status: 'active',
  scope: { text: BLOCKED },
  category: [{ coding: [{ system: LABEL, code: 'inner-block' }] }],
  policyRule: { text: 'PDL' },
  patient: { reference: `Patient/${of}` },
  provision: {
    type: 'deny',
    actor: [
      {
        role: { coding: [{ system: LABEL, code: 'unit' }] },
        reference: { identifier: { system: HSA, value: unit } },
      },
    ],
  },
})

const several = (prefix: string, unit: string, of: string, text?: string) =>
  Array.from({ length: 3 }, (_, index) => observation(`${prefix}${index}`, unit, of, text))

const ONE = '189001019802'
const OTHER = '191212121212'
const PROTECTED = [
  { system: 'http://hl7.se/fhir/ig/base/CodeSystem/SecurityLabel', code: 'sekretessmarkering' },
]

/**
 * `ONE` is in care at the ward in Västra Götaland, and has been in Skåne and Västerbotten; the psychiatries of the two first are
 * blocked. `OTHER` is known in Skåne alone, and protected there. `nn` has no number, in either region.
 */
const RECORDS: Readonly<Record<string, readonly object[]>> = {
  vgr: [
    patient('p1', UNITS.ward, ONE),
    encounter('e1', UNITS.ward, 'p1'),
    ...several('own', UNITS.ward, 'p1'),
    ...several('centre', `${VGR}40`, 'p1'),
    ...several('shut', UNITS.psychiatry, 'p1', BLOCKED),
    aBlock('block-p1', UNITS.psychiatry, 'p1'),
    patient('nn', UNITS.ward, undefined),
    ...several('nn-own', UNITS.ward, 'nn'),
    ...several('nn-shut', UNITS.psychiatry, 'nn', BLOCKED),
    aBlock('block-nn', UNITS.psychiatry, 'nn'),
    {
      resourceType: 'DiagnosticReport',
      id: 'report',
      ...at(UNITS.ward),
      status: 'final',
      code: { text: 'Rond' },
      subject: { reference: 'Patient/p1' },
      result: [{ reference: 'Observation/own0' }, { reference: 'Observation/shut0' }],
    },
  ],
  skane: [
    patient('s1', UNITS.skaneWard, ONE),
    encounter('es1', UNITS.skaneWard, 's1'),
    ...several('there', UNITS.skaneWard, 's1'),
    ...several('there-shut', UNITS.skanePsychiatry, 's1', BLOCKED),
    aBlock('block-s1', UNITS.skanePsychiatry, 's1'),
    patient('s2', UNITS.skaneWard, OTHER, {
      ...at(UNITS.skaneWard, { security: PROTECTED }),
      name: [{ family: SECRET }],
      address: [{ city: SECRET }],
    }),
    encounter('es2', UNITS.skaneWard, 's2'),
    patient('nn', UNITS.skaneWard, undefined),
    ...several('nn-there', UNITS.skaneWard, 'nn'),
    ...several('nn-there-shut', UNITS.skanePsychiatry, 'nn', BLOCKED),
    aBlock('block-nn', UNITS.skanePsychiatry, 'nn'),
  ],
  vasterbotten: [
    patient('w1', `${VASTERBOTTEN}30`, ONE),
    ...several('north', `${VASTERBOTTEN}30`, 'w1'),
  ],
}

const isBlocked = (resource: object) =>
  'code' in resource && JSON.stringify(resource.code).includes(BLOCKED)

/** The same in every run, so that two of them can be compared. */
const PERSON = '11111111-1111-4111-8111-111111111111'
const OTHER_PERSON = '22222222-2222-4222-8222-222222222222'

/** All regions together, with the test's people in them and in the engagement index. */
export interface AllRegions {
  readonly karna: KarnaUnderTest
  /** The person who is in three regions. */
  readonly person: string
  /** The person who is known in Skåne alone, and protected. */
  readonly other: string
}

/** Starts one, filled: with what blocks close unless told; the blocks themselves are there either way. */
export async function startAllRegions(withBlocked = true): Promise<AllRegions> {
  const karna = await startKarna()
  await karna.db.query({
    text: 'insert into systems.person (id, number) values ($1, $2), ($3, $4)',
    values: [PERSON, ONE, OTHER_PERSON, OTHER],
  })
  for (const [region, records] of Object.entries(RECORDS)) {
    const loader = createLoader(karna.karna.loadTarget(region))
    for (const resource of records) {
      if (!withBlocked && isBlocked(resource)) continue
      await loader.add(contentOf({ name: 'all', bytes: Buffer.from(JSON.stringify(resource)) }))
    }
    await loader.finish()
    if (loader.report.rejections.length > 0)
      throw new Error(JSON.stringify(loader.report.rejections))
  }
  const { persons } = karna.karna.live
  await persons.note({ number: ONE, region: 'skane', patient: 's1' })
  await persons.note({ number: ONE, region: 'vasterbotten', patient: 'w1' })
  const person = await persons.note({ number: ONE, region: 'vgr', patient: 'p1' })
  const other = await persons.note({ number: OTHER, region: 'skane', patient: 's2' })
  return { karna, person, other }
}
