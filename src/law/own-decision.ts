import type { Access } from './access.ts'
import type { Decision, DecisionKind } from './decision.ts'

/** What members of staff decide themselves, and so may end; what the patient has decided is ended by its Consent. */
const BY_STAFF: ReadonlySet<DecisionKind> = new Set([
  'relation',
  'choice',
  'lift',
  'opening',
  'reveal',
])

/** Whether this user made the decision. */
export const isOwn = ({ kind, user }: Access, decision: Decision): boolean =>
  kind === 'staff' && decision.person === user && BY_STAFF.has(decision.kind)
