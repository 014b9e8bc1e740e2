import { contentOf } from '../../src/exchange/load/entries.ts'
import { createLoader } from '../../src/exchange/load/load.ts'
import { type KarnaUnderTest, startKarna } from '../e2e/karna-under-test.ts'

const VGR = 'SE2321000131-E0000000000'
const WARD = `${VGR}30`
const CENTRE = `${VGR}40`
const PSYCHIATRY = `${VGR}53`
const PRIVATE = `${VGR}42`
const HSA = 'urn:oid:1.2.752.29.4.19'
const LABEL = 'https://karna.se/fhir/CodeSystem/label'
const PROTECTED = 'http://hl7.se/fhir/ig/base/CodeSystem/SecurityLabel'

/** In every text that the ward's doctor may not see: no answer to her may hold it. */
export const TAINT = 'Zq7hidden'

/** Two Kärnor that differ only in what the ward's doctor may not see. */
export interface Worlds {
  readonly one: KarnaUnderTest
  readonly other: KarnaUnderTest
}

/** Nothing is found out by asking, however often one asks: so nobody is stopped here. */
const NO_LIMIT = { hour: 1_000_000_000, day: 1_000_000_000 }

/** Starts and fills both. */
export async function openWorlds(): Promise<Worlds> {
  return { one: await openWorld(), other: await openWorld(false) }
}

/** Starts and fills one: with what is hidden unless told. */
export async function openWorld(withHidden = true): Promise<KarnaUnderTest> {
  const world = await startKarna(undefined, undefined, { lookUps: NO_LIMIT })
  await fill(world, withHidden)
  return world
}

/** Fills one that is started. */
export async function fill({ karna, db }: KarnaUnderTest, withHidden: boolean): Promise<void> {
  const loader = createLoader(karna.loadTarget('vgr'))
  const resources = [...people(withHidden), ...visible(), ...(withHidden ? hidden() : [])]
  for (const resource of resources) {
    await loader.add(contentOf({ name: 'world', bytes: Buffer.from(JSON.stringify(resource)) }))
  }
  await loader.finish()
  if (loader.report.rejections.length > 0) throw new Error(JSON.stringify(loader.report.rejections))
  await db.query({
    text: `insert into law.decision (region, patient, kind, unit, decided_by) values ('vgr', 'p1', 'block', $1, 'test')`,
    values: [PSYCHIATRY],
  })
}

/** Ends the block in a world: what it hid is then told apart. */
export async function endBlocks({ db }: KarnaUnderTest): Promise<void> {
  await db.query({ text: 'update law.decision set ended_at = now()', values: [] })
  await new Promise((resolve) => setTimeout(resolve, 1_100))
}

const at = (unit: string, code?: string, system = LABEL) => ({
  meta: { source: `${HSA}#${unit}`, ...(code && { security: [{ system, code }] }) },
})
const of = (patient: string) => ({ reference: `Patient/${patient}` })

function people(withHidden: boolean): object[] {
  const secret = withHidden ? TAINT : 'Zq7another'
  return [
    {
      resourceType: 'Patient',
      id: 'p1',
      ...at(WARD),
      name: [{ family: 'Ek' }],
      birthDate: '1970-01-01',
    },
    {
      resourceType: 'Patient',
      id: 'p2',
      ...at(CENTRE),
      name: [{ family: 'Al' }],
      birthDate: '1980-01-01',
    },
    {
      resourceType: 'Patient',
      id: 'p3',
      ...at(withHidden ? CENTRE : PSYCHIATRY, 'sekretessmarkering', PROTECTED),
      name: [{ family: secret, given: [secret] }],
      ...(withHidden && { telecom: [{ system: 'phone', value: `070-${secret}` }] }),
      address: [{ city: secret, line: [secret] }],
      generalPractitioner: [{ reference: withHidden ? 'Organization/g1' : 'Organization/g2' }],
      birthDate: '1990-01-01',
    },
    { resourceType: 'Organization', id: 'g1', ...at(CENTRE), name: 'Ett' },
    { resourceType: 'Organization', id: 'g2', ...at(CENTRE), name: 'Två' },
    {
      resourceType: 'RelatedPerson',
      id: 'r3',
      ...at(WARD),
      patient: of('p3'),
      name: [{ family: secret }],
      telecom: [{ system: 'phone', value: secret }],
    },
    {
      resourceType: 'Encounter',
      id: 'e3',
      ...at(WARD),
      status: 'in-progress',
      class: { code: 'IMP' },
      subject: { ...of('p3'), display: secret },
    },
  ]
}

const DATES = ['2023-01-05', '2024-06-01', '2025-02-03T10:00:00Z']
const observation = (
  id: string,
  unit: string,
  patient: string,
  index: number,
  text: string,
  code?: string,
) => ({
  resourceType: 'Observation',
  id,
  ...at(unit, code),
  status: 'final',
  code: { coding: [{ system: 'urn:c', code: `c${index % 3}` }], text },
  valueQuantity: { value: index, unit: 'g' },
  effectiveDateTime: DATES[index % 3],
  subject: of(patient),
  ...(index > 2 && { encounter: { reference: 'Encounter/e1' } }),
})

function visible(): object[] {
  return [
    {
      resourceType: 'Encounter',
      id: 'e1',
      ...at(WARD),
      status: 'in-progress',
      class: { code: 'IMP' },
      subject: of('p1'),
    },
    ...Array.from({ length: 8 }, (_, index) => observation(`v${index}`, WARD, 'p1', index, 'Hb')),
    observation('v-centre', CENTRE, 'p1', 1, `${TAINT} at another unit`),
    observation('v-private', PRIVATE, 'p1', 1, `${TAINT} at another provider`),
    {
      resourceType: 'DiagnosticReport',
      id: 'd1',
      ...at(WARD),
      status: 'final',
      code: { text: 'Rond' },
      subject: of('p1'),
      result: ['v1', 'h-psychiatry0', 'h-centre0'].map((id) => ({
        reference: `Observation/${id}`,
      })),
    },
    {
      resourceType: 'Condition',
      id: 'c1',
      ...at(WARD),
      code: { coding: [{ system: 'urn:c', code: 'c1' }] },
      subject: of('p1'),
    },
  ]
}

/** The Consent by which the patient closed the psychiatry, as a unit wrote it down. */
const aBlock = (id: string, unit: string) => ({
  resourceType: 'Consent',
  id,
  ...at(unit),
  status: 'active',
  scope: { text: TAINT },
  category: [{ coding: [{ system: LABEL, code: 'inner-block' }] }],
  policyRule: { text: 'PDL' },
  patient: of('p1'),
  provision: {
    type: 'deny',
    actor: [
      {
        role: { coding: [{ system: LABEL, code: 'unit' }] },
        reference: { identifier: { system: HSA, value: PSYCHIATRY } },
      },
    ],
  },
})

/** What stands beside a record and may name it: the block itself, provenance, lists, documents and their bytes. */
function beside(): object[] {
  const target = [of('p1'), { reference: 'Observation/h-psychiatry0' }]
  return [
    aBlock('h-block', PSYCHIATRY),
    aBlock('h-consent', CENTRE),
    {
      resourceType: 'Provenance',
      id: 'h-provenance',
      ...at(PSYCHIATRY),
      target,
      recorded: '2024-06-01T10:00:00Z',
      agent: [{ who: { display: TAINT } }],
    },
    {
      resourceType: 'List',
      id: 'h-list',
      ...at(CENTRE),
      status: 'current',
      mode: 'working',
      title: TAINT,
      subject: of('p1'),
      entry: [{ item: { reference: 'Observation/h-psychiatry0' } }],
    },
    {
      resourceType: 'Binary',
      id: 'h-binary',
      ...at(WARD),
      contentType: 'text/plain',
      data: Buffer.from(TAINT).toString('base64'),
      securityContext: of('p1'),
    },
  ]
}

function hidden(): object[] {
  const places = [
    ['psychiatry', PSYCHIATRY, 'p1'],
    ['centre', CENTRE, 'p1'],
    ['private', PRIVATE, 'p1'],
    ['other', CENTRE, 'p2'],
    ['own-other', WARD, 'p2'],
  ] as const
  return [
    ...places.flatMap(([name, unit, patient]) =>
      Array.from({ length: 4 }, (_, index) =>
        observation(`h-${name}${index}`, unit, patient, index, `${TAINT} ${name}`),
      ),
    ),
    observation('h-insurance', PSYCHIATRY, 'p1', 1, TAINT, 'insurance-medicine'),
    ...beside(),
    {
      resourceType: 'Condition',
      id: 'h-c',
      ...at(PSYCHIATRY),
      code: { text: TAINT },
      subject: of('p1'),
    },
    {
      resourceType: 'Encounter',
      id: 'h-e',
      ...at(PSYCHIATRY),
      status: 'finished',
      class: { code: 'AMB' },
      subject: of('p1'),
    },
    {
      resourceType: 'DiagnosticReport',
      id: 'h-d',
      ...at(PSYCHIATRY),
      status: 'final',
      code: { text: TAINT },
      subject: of('p1'),
      result: [{ reference: 'Observation/v1' }],
    },
  ]
}
