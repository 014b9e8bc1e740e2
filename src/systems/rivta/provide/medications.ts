import type { Dosage, MedicationRequest } from 'fhir/r4'
import type { Xml, XmlContent } from '../soap/write-xml.ts'
import {
  changed,
  concept,
  conceptFields,
  core,
  digits,
  identifier,
  LOCAL_ID,
  professional,
  summaryHeader,
  time,
} from './message.ts'
import type { Producer } from './producer.ts'
import { contactIdOf, type Produced, type Production, personOf } from './production.ts'

/** GetMedicationHistory 2.2. What isn't an order yet (a draft, a proposal) isn't in it. */
export const MEDICATIONS: Producer = {
  domain: 'clinicalprocess:activityprescription:actoutcome',
  item: 'medicationMedicalRecord',
  result: 'own',
  items: (production) =>
    production
      .of('MedicationRequest')
      .filter(({ status, intent }) => status !== 'draft' && intent !== 'proposal')
      .map((request) => toRecord(request, production)),
}

function toRecord(request: MedicationRequest, production: Production): Produced<XmlContent> {
  const { encounter } = request
  const authored = request.authoredOn ?? changed(request)
  const out = {
    resource: request,
    author: personOf(request.requester, production),
    authored,
    encounter,
    nullified: request.status === 'entered-in-error',
  }
  return {
    resource: request,
    at: authored,
    contact: contactIdOf(encounter),
    content: [
      summaryHeader('medicationMedicalRecordHeader', out, production),
      core(
        'medicationMedicalRecordBody',
        core('medicationPrescription', orderOf(request, out, production)),
      ),
    ],
  }
}

function orderOf(
  request: MedicationRequest,
  out: { readonly authored: string } & Parameters<typeof professional>[1],
  production: Production,
): XmlContent {
  const { status, statusReason, reasonCode = [], groupIdentifier } = request
  const bounds = request.dosageInstruction?.flatMap(
    ({ timing }) => timing?.repeat?.boundsPeriod ?? [],
  )
  const [treatment] = bounds ?? []
  const hasEnded = status === 'stopped' || status === 'cancelled'
  const isActive = status === 'active' || status === 'on-hold'
  const chain = groupIdentifier?.value
  return [
    identifier('prescriptionId', LOCAL_ID, request.id ?? ''),
    core('typeOfPrescription', hasEnded ? 'U' : 'I'),
    core('prescriptionStatus', isActive ? 'Active' : 'Inactive'),
    core('prescriptionNote', noteOf(request)),
    reasonCode.map((reason) =>
      core('principalPrescriptionReason', core('reason', conceptFields(reason) ?? [])),
    ),
    chain === undefined ? undefined : identifier('prescriptionChainId', LOCAL_ID, chain),
    professional('prescriber', out, production),
    core('startOfTreatment', time(treatment?.start ?? out.authored)),
    core('endOfTreatment', time(treatment?.end)),
    isActive ? undefined : concept('endOfTreatmentReason', statusReason),
    core('selfMedication', false),
    drugOf(request, production),
  ]
}

/** A pause is something the contract has no word for, and must be read all the same. */
function noteOf({ status, statusReason, note = [] }: MedicationRequest): string | undefined {
  const why = statusReason?.text ?? statusReason?.coding?.[0]?.display
  const pause =
    status === 'on-hold' ? [`Tillfälligt utsatt${why === undefined ? '' : `: ${why}`}`] : []
  const texts = [...pause, ...note.map(({ text }) => text)]
  return texts.length === 0 ? undefined : texts.join('\n')
}

const NPL_ID = 'urn:oid:1.2.752.129.2.1.5.1'

function drugOf(request: MedicationRequest, { find }: Production): Xml | undefined {
  const { medicationReference, dosageInstruction = [] } = request
  const medication = find(medicationReference?.reference)
  const named = medication?.resourceType === 'Medication' ? medication.code : undefined
  const code = request.medicationCodeableConcept ?? named ?? { text: medicationReference?.display }
  const has = (system: string) => code.coding?.some((each) => each.system === system && each.code)
  const words =
    code.text ?? code.coding?.[0]?.display ?? code.coding?.[0]?.code ?? 'Läkemedel utan namn'
  const product = has(NPL_ID)
    ? concept('nplId', code)
    : has('http://www.whocc.no/atc')
      ? concept('atcCode', code)
      : undefined
  const [first] = dosageInstruction
  return core('drug', [
    product
      ? undefined
      : core('unstructuredDrugInformation', core('unstructuredInformation', words)),
    product && core('drug', [product, concept('routeOfAdministration', first?.route)]),
    dosesOf(dosageInstruction),
  ])
}

/** The text stands first; times of the day with their amounts beside it, as the contract has them. */
function dosesOf(dosages: readonly Dosage[]): Xml | undefined {
  const [first] = dosages
  if (!first) return undefined
  const text = dosages.flatMap((each) => each.text ?? []).join('; ')
  const occasions = dosages.flatMap(occasionsOf)
  const isAsNeeded = first.asNeededBoolean === true || first.asNeededCodeableConcept !== undefined
  const occasion =
    occasions.length === 0
      ? undefined
      : core('occasionDosage', [core('period', [core('value', '1'), core('unit', 'd')]), occasions])
  const condition = first.asNeededCodeableConcept?.text ?? 'Vid behov'
  return core('dosage', [
    core('dosageInstruction', text || undefined),
    isAsNeeded ? undefined : occasion && core('setDosage', occasion),
    isAsNeeded
      ? core('conditionalDosage', [core('conditionDescription', condition), occasion])
      : undefined,
  ])
}

const WHEN: Readonly<Record<string, string>> = {
  MORN: 'morgon',
  NOON: 'middag',
  EVE: 'kväll',
  NIGHT: 'natt',
}

function occasionsOf({ timing, doseAndRate }: Dosage): (Xml | undefined)[] {
  const quantity = doseAndRate?.[0]?.doseQuantity
  const value = digits(quantity?.value)
  if (value === undefined || !quantity?.unit) return []
  return (timing?.repeat?.when ?? []).map((when) =>
    core('administration', [
      core('dose', [core('low', value), core('high', value), core('unit', quantity.unit)]),
      core('time', WHEN[when] ?? when),
      core('dayOfPeriod', 1),
    ]),
  )
}
