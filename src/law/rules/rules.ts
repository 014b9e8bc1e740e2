import type { ResourceType } from '../../fhir/resource-type.ts'
import type { ScopeAction } from '../../fhir/smart-scope.ts'
import type { Access } from '../access.ts'
import type { PatientFacts } from '../facts.ts'
import { careRelation } from './care-relation.ts'
import { commission } from './commission.ts'
import { madeAvailable } from './made-available.ts'
import { ownRecord } from './own-record.ts'
import { proxy } from './proxy.ts'
import { purpose } from './purpose.ts'
import { scope } from './scope.ts'

/** A rule's "no", with the paragraph that says so. */
export interface Denial {
  readonly paragraph: string
  readonly reason: string
}

/** What is asked of a record, as far as rules depend on it. */
export interface Request {
  readonly action: ScopeAction
  /** The types it is about; empty: any. */
  readonly types: readonly ResourceType[]
}

/** One rule of law about one patient: pure, and silent (`undefined`) when it has no objection. */
export type Rule = (access: Access, facts: PatientFacts, request: Request) => Denial | undefined

/** Every rule, in the order they are asked. The first objection decides. */
export const rules: readonly Rule[] = [
  purpose,
  commission,
  ownRecord,
  proxy,
  madeAvailable,
  careRelation,
  scope,
]

/** The first objection, if there is one. */
export function objection(
  access: Access,
  facts: PatientFacts,
  request: Request,
): Denial | undefined {
  for (const rule of rules) {
    const denial = rule(access, facts, request)
    if (denial) return denial
  }
  return undefined
}
