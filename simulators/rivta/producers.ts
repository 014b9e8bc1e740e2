import type { Producer } from './answer.ts'
import { DIAGNOSES } from './produce/diagnoses.ts'

/** How each contract is answered. */
export const PRODUCERS: Readonly<Record<string, Producer | undefined>> = {
  'GetDiagnosis:2': DIAGNOSES,
}
