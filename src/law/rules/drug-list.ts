/** Who asks the national drug list (nationella läkemedelslistan), as the act tells them apart. */
export type DrugListReader = 'prescriber' | 'nurse' | 'dietitian' | 'pharmacist'

/** What is asked, and under what circumstances. */
export interface DrugListQuestion {
  readonly reader: DrugListReader
  readonly consent: boolean
  /** The patient has dose-dispensed drugs (5:3 third paragraph). */
  readonly doseDispensed: boolean
  /** Needed for care that the patient can't be without, and the patient can't consent (5:5). */
  readonly emergency: boolean
  /** The patient has blocked the data (4:3). */
  readonly blocked: boolean
  /** A narcotic or other special drug, registered in the last 24 months (5:4). */
  readonly specialDrug: boolean
}

/** `existence`: that there is blocked data, and not what. */
export type DrugListAnswer = 'content' | 'that-it-was-prescribed' | 'existence' | 'nothing'

/**
 * What of one prescription in the national drug list is shown. In an emergency prescribers and nurses see all, also what is
 * blocked. That a special drug was prescribed is shown to prescribers whatever the patient says. Else it takes consent, or
 * dose dispensing; a block then leaves only that it exists.
 *
 * Source: lag 2018:1212, 5 kap. 3–5 §§, 4 kap. 3 § third paragraph.
 */
export function drugList(question: DrugListQuestion): DrugListAnswer {
  const { reader, consent, doseDispensed, emergency, blocked, specialDrug } = question
  if (emergency && (reader === 'prescriber' || reader === 'nurse')) return 'content'
  // 4:3 third paragraph: a block doesn't stop what 5:3 second and third paragraphs allow.
  if (doseDispensed) return 'content'
  if (consent && !blocked) return 'content'
  if (specialDrug && reader === 'prescriber') return 'that-it-was-prescribed'
  return consent && blocked ? 'existence' : 'nothing'
}
