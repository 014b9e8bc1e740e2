import type {
  AllergyIntolerance,
  Condition,
  Encounter,
  Flag,
  HumanName,
  MedicationRequest,
  Observation,
  Organization,
  Patient,
} from 'fhir/r4'
import { isShown, takenAt, valueText } from '../results/results.ts'
import { ageText, dateOf, daysAgo, personnummerText } from '../words.ts'

/** A mark in the banner, most serious first. */
export interface Mark {
  readonly kind: 'critical' | 'warning' | 'plain'
  readonly sign: 'allergy' | 'infection' | 'bleeding' | 'kidney' | 'pregnancy' | 'limit' | 'other'
  readonly text: string
}

const SEX = { female: 'kvinna', male: 'man', other: 'annat kön', unknown: 'kön okänt' } as const
const SEX_OF_CHILD = { ...SEX, female: 'flicka', male: 'pojke' } as const
/** From here on somebody is an adult (föräldrabalken 9 kap. 1 §). */
const ADULT = 18

export interface Identity {
  /** `Lindqvist, Britt-Marie`. */
  readonly name: string
  readonly personnummer: string
  /** `79 år · kvinna`; age at death for one who has died. */
  readonly about: string
  /** The day of death, or that it is not told. */
  readonly died: string | undefined
  readonly isProtected: boolean
}

/** Who the patient is, as the banner and each dialog say it. Nothing of where a protected person lives. */
export function identityOf(patient: Patient): Identity {
  const name = patient.name?.find(({ use }) => use === 'official') ?? patient.name?.[0]
  const isProtected = patient.meta?.security?.some(({ code }) => PROTECTED.has(code ?? '')) ?? false
  const died = dateOf(patient.deceasedDateTime)
  const age = ageText(patient.birthDate, died || undefined)
  const isChild = age !== undefined && !(Number(/^(\d+) år$/.exec(age)?.[1]) >= ADULT)
  const sex = (isChild ? SEX_OF_CHILD : SEX)[patient.gender ?? 'unknown']
  const number = patient.identifier?.find(({ system }) =>
    system?.startsWith('urn:oid:1.2.752.129.2.1.3'),
  )
  return {
    name: nameText(name, isProtected),
    personnummer: personnummerText(number?.value),
    about: [age, sex].filter(Boolean).join(' · '),
    died: died || (patient.deceasedBoolean ? 'datum saknas' : undefined),
    isProtected,
  }
}

/** What masks a protected name is the same in each part, and is said once. */
function nameText(name: HumanName | undefined, isProtected: boolean): string {
  const parts = [name?.family, name?.given?.[0]].filter((part) => part !== undefined)
  const said = isProtected ? [...new Set(parts)] : parts
  return said.join(', ') || (name?.text ?? 'Namn saknas')
}

const PROTECTED = new Set(['sekretessmarkering', 'skyddadFolkbokforing'])

export interface Hazards {
  readonly allergies: readonly AllergyIntolerance[]
  readonly flags: readonly Flag[]
  readonly medications: readonly MedicationRequest[]
  readonly laboratory: readonly Observation[]
  readonly conditions: readonly Condition[]
}

/** What must be known before anything is done; what two units have written alike is said once. */
export function marksOf({
  allergies,
  flags,
  medications,
  laboratory,
  conditions,
}: Hazards): Mark[] {
  const known = allergies.filter(isValid)
  const marks = [
    ...known.filter((each) => !saysNone(each)).map(allergyMark),
    ...flags.filter(({ status }) => status === 'active').map(flagMark),
    ...bloodThinners(medications),
    ...lowKidneyFunction(laboratory),
    ...pregnancy(conditions),
  ]
  const sorted = marks.sort((a, b) => severity(a) - severity(b))
  return sorted.filter(({ text }, index) => sorted.findIndex((m) => m.text === text) === index)
}

/** Life-threatening, infection, treatment, the rest. */
function severity({ kind, sign }: Mark): number {
  if (kind === 'critical') return 0
  return { infection: 1, allergy: 2, bleeding: 3, kidney: 4, pregnancy: 5, limit: 6, other: 7 }[
    sign
  ]
}

/**
 * What is known of allergies when none is: asked and none, or not asked. They are not the same, and neither is the same
 * as not being shown all there is: then only what is shown may be spoken of.
 */
export function allergyState(
  allergies: readonly AllergyIntolerance[],
  isAllShown: boolean,
): string | undefined {
  const valid = allergies.filter(isValid)
  if (valid.some((each) => !saysNone(each))) return undefined
  if (!isAllShown) {
    return `${valid.length > 0 ? 'Ingen känd' : 'Ingen uppgift om'} överkänslighet i det som visas`
  }
  return valid.length > 0 ? 'Ingen känd överkänslighet' : 'Uppgift om överkänslighet saknas'
}

const isValid = ({ clinicalStatus, verificationStatus }: AllergyIntolerance) =>
  clinicalStatus?.coding?.[0]?.code !== 'inactive' &&
  clinicalStatus?.coding?.[0]?.code !== 'resolved' &&
  !['entered-in-error', 'refuted'].includes(verificationStatus?.coding?.[0]?.code ?? '')

const saysNone = ({ code }: AllergyIntolerance) =>
  code?.coding?.some(({ code: value }) => value === '716186003') ?? false

function allergyMark({ code, criticality, reaction }: AllergyIntolerance): Mark {
  const reactions = reaction?.flatMap(({ manifestation }) => manifestation.map(({ text }) => text))
  const substance = code?.text ?? code?.coding?.[0]?.display ?? 'Överkänslighet'
  return {
    kind: criticality === 'high' ? 'critical' : 'warning',
    sign: 'allergy',
    text: [substance, reactions?.filter(Boolean).join(', ')].filter(Boolean).join(' – '),
  }
}

function flagMark({ category, code }: Flag): Mark {
  const isInfection = category?.[0]?.text === 'Smitta'
  const isLimit = category?.[0]?.text === 'Behandling'
  return {
    kind: isInfection ? 'warning' : 'plain',
    sign: isInfection ? 'infection' : isLimit ? 'limit' : 'other',
    text: code.text ?? code.coding?.[0]?.display ?? 'Uppmärksamhetsinformation',
  }
}

/** ATC B01AA, B01AB, B01AE, B01AF and B01AX05: warfarin, heparins, the direct anticoagulants and fondaparinux. */
function bloodThinners(medications: readonly MedicationRequest[]): Mark[] {
  const names = medications
    .filter(({ status }) => status === 'active')
    .filter(({ medicationCodeableConcept: drug }) =>
      drug?.coding?.some(({ code }) => /^B01A([ABEF]|X05)/.test(code ?? '')),
    )
    .map(({ medicationCodeableConcept: drug }) => drug?.text?.split(' ')[0] ?? 'Blodförtunnande')
  return [...new Set(names)].map((text) => ({ kind: 'warning', sign: 'bleeding', text }))
}

/** The newest eGFR of the last year, when below 45 mL/min/1,73 m²: doses need a look. */
function lowKidneyFunction(laboratory: readonly Observation[]): Mark[] {
  const newest = laboratory.find((each) => isShown(each) && /eGFR/.test(each.code.text ?? ''))
  const quantity = newest?.valueQuantity
  if (!newest || quantity?.value === undefined || quantity.value >= 45) return []
  if (daysAgo(takenAt(newest)) > 365) return []
  return [{ kind: 'warning', sign: 'kidney', text: `eGFR ${valueText(newest)}` }]
}

/** ICD-10-SE Z33, Z34, Z35 and chapter O other than what comes after: drugs and X-rays need a thought. */
function pregnancy(conditions: readonly Condition[]): Mark[] {
  const isPregnant = conditions.some(
    ({ clinicalStatus, code }) =>
      clinicalStatus?.coding?.[0]?.code === 'active' &&
      /^(Z3[345]|O[0-4])/.test(code?.coding?.[0]?.code ?? ''),
  )
  return isPregnant ? [{ kind: 'warning', sign: 'pregnancy', text: 'Gravid' }] : []
}

/** A stay on a ward. */
export interface Stay {
  readonly place: string
  /** 1 on the day of arrival. */
  readonly day: number
  readonly pal: string | undefined
  readonly pas: string | undefined
  readonly reason: string
  readonly since: string
}

/** The stay on a ward that goes on now. */
export function stayOf(encounters: readonly Encounter[], now = new Date()): Stay | undefined {
  const stay = encounters.find((each) => each.status === 'in-progress' && each.class.code === 'IMP')
  if (!stay) return undefined
  const named = (role: string) =>
    stay.participant
      ?.find(({ type }) => type?.some(({ text }) => text === role))
      ?.individual?.display?.split(',')[0]
  return {
    place: stay.location?.[0]?.location.display ?? 'Inneliggande',
    day: daysAgo(stay.period?.start, now) + 1,
    pal: named('PAL'),
    pas: named('PAS'),
    reason: stay.reasonCode?.[0]?.text ?? 'Vårdtillfälle',
    since: dateOf(stay.period?.start),
  }
}

/** Where somebody who is not on a ward was last seen, in words. */
export function lastContact(
  encounters: readonly Encounter[],
  organizations: readonly Organization[],
): { readonly what: string; readonly where: string } | undefined {
  const last = encounters.find(({ status }) => status !== 'cancelled' && status !== 'planned')
  if (!last) return undefined
  const unit = organizations.find(
    ({ id }) => `Organization/${id}` === last.serviceProvider?.reference,
  )
  const what = `${last.type?.[0]?.text ?? 'Kontakt'} ${dateOf(last.period?.start)}`
  return { what, where: unit?.name ?? last.serviceProvider?.display ?? '' }
}
