import { Problem } from '../fhir/problem.ts'
import type { StaffAccess } from '../law/access.ts'
import { type Directory, shownName } from './directory.ts'

/**
 * What a member of staff comes as: in the commission they chose, or in their first.
 *
 * @throws Problem `not-found` for a login, or a commission of theirs, that isn't there
 */
export function staffAccess(
  directory: Directory,
  login: string,
  chosen?: string,
): Omit<StaffAccess, 'session' | 'statedReason'> {
  const member = directory.staff.find((each) => each.login === login)
  if (!member) {
    const logins = directory.staff.map((each) => each.login)
    throw new Problem(
      'not-found',
      `There is no such login. There are: ${[...logins, 'sandbox'].join(', ')}`,
    )
  }
  const commission = member.commissions.find(
    ({ hsaId }, index) => hsaId === chosen || (chosen === undefined && index === 0),
  )
  const unit = directory.units.find(({ hsaId }) => hsaId === commission?.unit)
  if (!commission || !unit) throw new Problem('not-found', 'They have no such commission')
  return {
    kind: 'staff',
    region: unit.region,
    user: member.hsaId,
    userName: shownName(member),
    commission: commission.hsaId,
    unit: unit.hsaId,
    provider: unit.provider,
    purpose: commission.purpose,
    role: member.profession,
    ...(commission.process !== undefined && { process: commission.process }),
  }
}
