import type { Dosage, MedicationRequest } from 'fhir/r4'
import {
  type Chart,
  CODE_SYSTEMS,
  encounterReference,
  type Moment,
  metaOf,
  put,
  referenceTo,
  subjectOf,
  textOf,
  type Visit,
} from '../chart.ts'
import { exact } from '../exact.ts'
import { type Doses, DRUGS, type Drug, type DrugName } from '../facts/drugs.ts'
import { VACCINES, type VaccineName } from '../facts/vaccines.ts'
import { dateText } from '../time.ts'

export interface PrescriptionOptions {
  /** Given for so many days, from the visit. */
  readonly days?: number
  /** Stopped, and why. */
  readonly stopped?: { readonly why: string }
  /** Paused, and why. */
  readonly paused?: { readonly why: string }
  /** Replaces the product's usual dosage. */
  readonly dosage?: { readonly text: string; readonly doses?: Doses }
  readonly reason?: string
  readonly name?: string
}

/** A drug is prescribed. A course that has ended is `completed`; what isn't stopped goes on. */
export function prescribe(visit: Visit, drug: DrugName, options: PrescriptionOptions = {}): void {
  const { chart } = visit
  const product = DRUGS[drug]
  if (!canHave(chart, drug)) throw new RangeError(`${drug} for somebody who can't have it`)
  const { days, stopped, paused } = options
  if (days === undefined && !stopped && !isNew(chart, product.atc)) return
  const ends = days === undefined ? undefined : visit.at.day + days
  const hasEnded = ends !== undefined && ends < chart.now.day
  const why = stopped?.why ?? paused?.why
  const request: MedicationRequest = {
    resourceType: 'MedicationRequest',
    id: chart.random.uuid(),
    meta: metaOf(visit.unit),
    status: stopped ? 'stopped' : paused ? 'on-hold' : hasEnded ? 'completed' : 'active',
    ...(why ? { statusReason: { text: why } } : {}),
    intent: 'order',
    medicationCodeableConcept: {
      coding: [{ system: CODE_SYSTEMS.atc, code: product.atc }],
      text: options.name ?? product.name,
    },
    subject: subjectOf(chart),
    encounter: encounterReference(visit),
    authoredOn: textOf(visit.at),
    requester: referenceTo(visit.by),
    reasonCode: [{ text: options.reason ?? product.reason }],
    dosageInstruction: dosagesOf(product, options, visit.at, ends),
  }
  put(chart, request)
}

/** Whether nothing of the kind goes on already: an ACE inhibitor and an angiotensin blocker aren't given together. */
function isNew({ ongoing }: Chart, atc: string): boolean {
  const kind = /^(C09|C07|N06A|M05)/.exec(atc)?.[0] ?? atc
  const isGiven = ongoing.has(kind)
  ongoing.add(kind)
  return !isGiven
}

/** Whether nothing says that the person reacts to the drug. Those who can't have a penicillin can't have any of them. */
export function canHave({ cannotHave }: Chart, drug: DrugName): boolean {
  const { atc } = DRUGS[drug]
  return ![...cannotHave].some((group) => atc.startsWith(group.startsWith('J01C') ? 'J01C' : group))
}

const TIMES = ['MORN', 'NOON', 'EVE', 'NIGHT'] as const

function dosagesOf(
  product: Drug,
  { dosage }: PrescriptionOptions,
  from: Moment,
  ends: number | undefined,
): Dosage[] {
  const text = dosage?.text ?? product.dosage
  const doses = dosage?.doses ?? product.doses
  const bounds =
    ends === undefined ? {} : { boundsPeriod: { start: dateText(from.day), end: dateText(ends) } }
  if (!doses) {
    const timing = ends === undefined ? {} : { timing: { repeat: bounds } }
    return [{ text, ...timing, ...(product.asNeeded ? { asNeededBoolean: true } : {}) }]
  }
  return TIMES.map((when, index) => ({ when, amount: doses[index] ?? 0 }))
    .filter(({ amount }) => amount > 0)
    .map(({ when, amount }, index) => ({
      sequence: index + 1,
      ...(index === 0 ? { text } : {}),
      timing: { repeat: { ...bounds, when: [when] } },
      doseAndRate: [{ doseQuantity: { value: exact(amount, 0), unit: unitOf(product) } }],
    }))
}

function unitOf({ form, dosage }: Drug): string {
  if (form === 'injektionsvätska') return /\d+ E /.test(dosage) ? 'E' : 'dos'
  return form.startsWith('pulver') ? 'dospåse' : form
}

/** A vaccine is given. */
export function vaccinate(visit: Visit, vaccine: VaccineName, dose?: number): void {
  const { chart } = visit
  const { atc, text } = VACCINES[vaccine]
  put(chart, {
    resourceType: 'Immunization',
    id: chart.random.uuid(),
    meta: metaOf(visit.unit),
    status: 'completed',
    vaccineCode: { coding: [{ system: CODE_SYSTEMS.atc, code: atc }], text },
    patient: subjectOf(chart),
    encounter: encounterReference(visit),
    occurrenceDateTime: textOf(visit.at),
    lotNumber: `${chart.random.pick(['A', 'F', 'H', 'K'])}${chart.random.whole(10_000, 99_999)}`,
    doseQuantity: {
      value: exact(vaccine === 'covid' ? 0.3 : 0.5, 1),
      unit: 'mL',
      system: CODE_SYSTEMS.ucum,
      code: 'mL',
    },
    performer: [{ actor: referenceTo(visit.by) }],
    ...(dose === undefined ? {} : { protocolApplied: [{ doseNumberPositiveInt: dose }] }),
  })
}
