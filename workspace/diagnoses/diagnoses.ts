import type { Condition } from 'fhir/r4'
import { dateOf } from '../words.ts'

/** A diagnosis of the list. */
export interface DiagnosisRow {
  readonly id: string
  readonly code: string
  readonly text: string
  /** `akut · 2026-11-20`, `sedan 2019`. */
  readonly since: string
  /** First day and last day as they are written, empty when not told. */
  readonly from: string
  readonly until: string
  readonly isActive: boolean
  readonly isAcute: boolean
  readonly by: string
}

/** Every diagnosis that is not an error: what is active first, in the order they came. */
export function diagnosisRows(conditions: readonly Condition[]): DiagnosisRow[] {
  const rows = conditions.filter((each) => statusOf(each) !== 'entered-in-error').map(rowOf)
  return [...rows.filter((row) => row.isActive), ...rows.filter((row) => !row.isActive)]
}

const statusOf = ({ verificationStatus }: Condition) => verificationStatus?.coding?.[0]?.code

/** ICD-10-SE, of whatever edition: the code that care reads. Source: Socialstyrelsen. */
const ICD_10_SE = 'urn:oid:1.2.752.116.1.1.1'

/** The code of the national classification; of codings without it the first, which may be a product's own. */
function codeOf(code: Condition['code']): string {
  const codings = code?.coding ?? []
  const national = codings.find(({ system }) => system?.startsWith(ICD_10_SE))
  return (national ?? codings[0])?.code ?? ''
}

const ACTIVE = new Set(['active', 'recurrence', 'relapse'])

function rowOf(condition: Condition): DiagnosisRow {
  const { id, code, clinicalStatus, onsetDateTime, recordedDate, abatementDateTime } = condition
  const from = dateOf(onsetDateTime ?? recordedDate)
  const isAcute = condition.category?.[0]?.coding?.[0]?.code === 'encounter-diagnosis'
  return {
    id: id ?? '',
    code: codeOf(code),
    text: code?.text ?? code?.coding?.[0]?.display ?? 'Diagnos utan namn',
    since: !from ? '' : isAcute ? `akut · ${from}` : `sedan ${from.slice(0, 4)}`,
    from,
    until: dateOf(abatementDateTime),
    // A condition without a clinical status may well be there: it is not hidden among those that are over.
    isActive: ACTIVE.has(clinicalStatus?.coding?.[0]?.code ?? 'active'),
    isAcute,
    by: condition.recorder?.display ?? '',
  }
}
