import { ask } from '../api/http.ts'
import type { Session, StaffMember } from './session.ts'

/** Those who can log in to the demo. @throws Refusal `404` when there is no demo */
export async function demoStaff(): Promise<readonly StaffMember[]> {
  const { staff } = (await ask(undefined, '/identity/demo')) as { staff: StaffMember[] }
  return staff
}

/** Begins a session in one of a member's commissions. */
export async function logIn(login: string, commission: string): Promise<Session> {
  const body = { login, commission }
  return (await ask(undefined, '/identity/login', { method: 'POST', body })) as Session
}

/** Ends the session on the server. If it can't be told, the session ends there by itself. */
export async function logOut(session: Session): Promise<void> {
  await ask(session, '/identity/logout', { method: 'POST' }).catch(() => undefined)
}

/** The commissions of the one who is logged in. */
export async function ownCommissions({ commission }: Session) {
  return memberWith(await demoStaff(), commission.hsaId)?.commissions ?? []
}

/** Another commission of one's own is a login of its own; the one before ends. */
export async function switchCommission(session: Session, commission: string): Promise<Session> {
  const own = memberWith(await demoStaff(), commission)
  const next = await logIn(own?.login ?? '', commission)
  await logOut(session)
  return next
}

const memberWith = (staff: readonly StaffMember[], commission: string) =>
  staff.find(({ commissions }) => commissions.some(({ hsaId }) => hsaId === commission))
