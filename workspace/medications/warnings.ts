import type { AllergyIntolerance, MedicationRequest, Observation } from 'fhir/r4'
import { exactText } from '../api/exact-json.ts'
import { daysAgo } from '../words.ts'
import { isAsNeeded, productName } from './medications.ts'

/** What the warnings are made from. */
export interface WarningSources {
  readonly medications: readonly MedicationRequest[]
  readonly allergies: readonly AllergyIntolerance[]
  /** Newest first. */
  readonly laboratory: readonly Observation[]
}

/** A warning above the medication list. It tells of a meeting of facts in the record; it gives no advice. */
export interface MedicationWarning {
  readonly title: string
  readonly text: string
}

/** Facts of the record that meet badly, most serious first. Nothing here is a judgement of doses. */
export function medicationWarnings(sources: WarningSources, now = new Date()): MedicationWarning[] {
  const active = sources.medications.filter(({ status }) => status === 'active')
  return [
    ...againstAllergies(active, sources.allergies),
    ...duplicates(active),
    ...longQt(active, sources.laboratory, now),
  ]
}

const atcOf = ({ medicationCodeableConcept: product }: MedicationRequest) =>
  product?.coding?.find(({ system }) => system === 'http://www.whocc.no/atc')?.code ?? ''

const nameOf = (request: MedicationRequest) => productName(request).split(' ')[0] ?? ''

/** A drug of the group that the person reacts to, as both are coded in ATC. */
function againstAllergies(
  active: readonly MedicationRequest[],
  allergies: readonly AllergyIntolerance[],
): MedicationWarning[] {
  return allergies.flatMap(({ code, clinicalStatus }) => {
    if (clinicalStatus?.coding?.[0]?.code === 'inactive') return []
    const group = code?.coding?.find(({ system }) => system === 'http://www.whocc.no/atc')?.code
    if (!group) return []
    const met = active.filter((request) => atcOf(request).startsWith(group)).map(nameOf)
    if (met.length === 0) return []
    return [{ title: 'Överkänslighet', text: `${code?.text ?? group} – ordinerat ${list(met)}` }]
  })
}

/** The same substance twice: double Waran has caused bleeding (Läkartidningen 2010). As needed beside standing is usual. */
function duplicates(active: readonly MedicationRequest[]): MedicationWarning[] {
  const standing = active.filter(
    (each) => atcOf(each).length === 7 && !isAsNeeded(each.dosageInstruction?.[0]),
  )
  return [...Map.groupBy(standing, atcOf).values()]
    .filter((same) => same.length > 1)
    .map((same) => ({ title: 'Dubbelt', text: list(same.map(productName)) }))
}

/**
 * Drugs with a known risk of torsades de pointes. Source: CredibleMeds, QTdrugs list, category "known risk";
 * those of it that are used in Sweden, by ATC.
 */
const KNOWN_QT_RISK =
  /^(J01MA(02|12|14)|J01FA(01|09|10)|J02AC01|C01B(A03|D01|D07|C04)|C07AA07|N06AB(04|10)|N05A(D01|F03|X02)|N06DA02|N07BC02|A03FA03|A04AA01)/

const LOW = /^L/

/** A drug with known QT risk while the newest potassium of the last week is low, or two such drugs together. */
function longQt(
  active: readonly MedicationRequest[],
  laboratory: readonly Observation[],
  now: Date,
): MedicationWarning[] {
  const risks = active.filter((request) => KNOWN_QT_RISK.test(atcOf(request))).map(nameOf)
  if (risks.length === 0) return []
  const potassium = laboratory.find(({ code }) => code.coding?.some((c) => c.code === 'NPU03230'))
  const isLow = LOW.test(potassium?.interpretation?.[0]?.coding?.[0]?.code ?? '')
  const quantity = potassium?.valueQuantity
  if (quantity && isLow && daysAgo(potassium?.effectiveDateTime, now) <= 7) {
    const value = exactText(quantity, 'value')
    return [{ title: 'QT-risk', text: `${list(risks)} och kalium ${value}` }]
  }
  return risks.length > 1 ? [{ title: 'QT-risk', text: list(risks) }] : []
}

function list(names: readonly string[]): string {
  const [last = '', ...before] = [...new Set(names)].reverse()
  return before.length === 0 ? last : `${before.reverse().join(', ')} och ${last}`
}
