import type { Access } from '../access.ts'
import type { PatientFacts } from '../facts.ts'
import { careRelation } from './care-relation.ts'
import { ownRecord } from './own-record.ts'
import { purpose } from './purpose.ts'

/** A rule's "no", with the paragraph that says so. */
export interface Denial {
  readonly paragraph: string
  readonly reason: string
}

/** One rule of law about one patient: pure, and silent (`undefined`) when it has no objection. */
export type Rule = (access: Access, facts: PatientFacts) => Denial | undefined

/** Every rule, in the order they are asked. The first objection decides. */
export const rules: readonly Rule[] = [purpose, ownRecord, careRelation]
