import { Problem } from '../fhir/problem.ts'
import type { Access, StaffAccess } from './access.ts'
import { countLookUp, strangersAmong } from './alerts/strangers.ts'
import { basisOf } from './basis.ts'
import { A_DAY, decide, HOUR, type Operating, own, requireReason } from './decide.ts'
import { handOut } from './disclosure.ts'
import { explain } from './explain.ts'
import type { PatientFacts } from './facts.ts'
import { denied, type GateParts, permitted } from './judge.ts'
import { liftBlock } from './lift-block.ts'
import type { LogAction } from './log-entry.ts'
import { openShared } from './open-shared.ts'
import type { Operation, OperationAnswer } from './operation.ts'
import { overview } from './overview.ts'
import { isOwn } from './own-decision.ts'
import { commission } from './rules/commission.ts'
import { purpose } from './rules/purpose.ts'

/** How long a stated relation holds: a consultation is seldom settled the same day. */
const A_WEEK = 168 * HOUR

const ACTIONS: Readonly<Record<Operation['kind'], LogAction>> = {
  blocked: 'see-blocked',
  'choose-units': 'choose-units',
  'state-relation': 'state-relation',
  'lift-block': 'lift-block',
  'open-shared': 'open-shared',
  reveal: 'reveal-identity',
  explain: 'explain',
  end: 'end-decision',
  'hand-out': 'export',
  print: 'print',
}

/**
 * Does one operation: logged before it takes effect, in effect before it is answered.
 * @throws Problem `forbidden` with the paragraph, also for whom no such operation is open
 */
export async function operate(
  parts: GateParts,
  access: Access,
  operation: Operation,
): Promise<OperationAnswer> {
  const action = actionOf(operation)
  const facts = await judged(parts, access, operation, action)
  if (operation.kind === 'blocked') {
    await logged({ parts, access, facts }, operation, action)
    return overview(access, facts)
  }
  if (operation.kind === 'explain') {
    await logged({ parts, access, facts }, operation, action)
    return explain(parts, access, facts, operation.resource)
  }
  if (access.kind !== 'staff' || access.app) {
    throw new Problem('forbidden', 'Only staff in person can do this (PDL 4:1)')
  }
  if (operation.kind === 'hand-out') return handOut({ parts, access, facts }, operation)
  await logged({ parts, access, facts }, operation, action)
  if (operation.kind === 'print') return {}
  return change({ parts, access, facts }, operation)
}

const actionOf = (operation: Operation): LogAction =>
  operation.kind === 'open-shared' && operation.ground === 'emergency'
    ? 'open-emergency'
    : ACTIONS[operation.kind]

/** Stating a relation is for those who have none yet; all else is for those who may open the record. */
async function judged(
  parts: GateParts,
  access: Access,
  { kind, patient }: Operation,
  action: LogAction,
): Promise<PatientFacts> {
  const request = { action: 'read', types: [] } as const
  if (kind !== 'state-relation') {
    const [facts] = await permitted(parts, access, [patient], { request, action })
    if (facts) return facts
  }
  const facts = await parts.facts.of(patient)
  const targets = strangersAmong(access, [facts])
  await countLookUp(parts, access, action, { targets, isStated: true })
  const denial = purpose(access, facts, request) ?? commission(access, facts, request)
  if (denial) {
    await parts.log.append([denied({ access, patient, action }, denial)])
    throw new Problem('forbidden', `${denial.reason} (${denial.paragraph})`)
  }
  return facts
}

async function logged(
  { parts, access, facts }: Readonly<{ parts: GateParts; access: Access; facts: PatientFacts }>,
  operation: Operation,
  action: LogAction,
): Promise<void> {
  const reason = 'reason' in operation ? operation.reason : access.statedReason
  await parts.log.append([
    {
      access: { ...access, statedReason: reason },
      patient: operation.patient,
      action,
      outcome: 'permit',
      paragraph: undefined,
      basis: basisOf(access, facts, []),
      resources: [],
    },
  ])
}

type Changing = Exclude<Operation, { kind: 'blocked' | 'explain' | 'hand-out' | 'print' }>

async function change(operating: Operating, operation: Changing): Promise<OperationAnswer> {
  const { parts, access, facts } = operating
  switch (operation.kind) {
    case 'choose-units':
      return decide(operating, { ...own(access, facts), kind: 'choice' }, A_DAY)
    case 'state-relation':
      return stateRelation(operating, operation.reason)
    case 'reveal':
      requireReason(operation.reason)
      return decide(
        operating,
        { ...own(access, facts), kind: 'reveal', reason: operation.reason },
        HOUR,
      )
    case 'lift-block':
      return liftBlock(operating, operation)
    case 'open-shared':
      return openShared(operating, operation)
    case 'end':
      return endOwn(parts, access, facts, operation.decision)
  }
}

async function stateRelation(operating: Operating, reason: string): Promise<OperationAnswer> {
  requireReason(reason)
  const { access, facts } = operating
  return decide(operating, { ...own(access, facts), kind: 'relation', reason }, A_WEEK)
}

/** Users end what they have decided themselves; what the patient has decided is ended by its Consent. */
async function endOwn(
  parts: GateParts,
  access: StaffAccess,
  { patient, decisions }: PatientFacts,
  id: string,
): Promise<OperationAnswer> {
  const found = decisions.find((each) => each.id === id)
  if (!found || !isOwn(access, found) || !(await parts.facts.end(patient, id))) {
    throw new Problem('not-found', 'You have made no such decision')
  }
  return { decision: id }
}
