/** What `POST /identity/login` gives. */
export interface Session {
  readonly token: string
  /** ISO time. */
  readonly expires: string
  readonly region: string
  readonly regionName: string
  readonly user: {
    readonly hsaId: string
    readonly name: string
    readonly title: string
    /** As what one works, for what the commission opens: `doctor`, `auditor`. */
    readonly role: string
  }
  readonly commission: Commission
}

/** Medarbetaruppdrag, as the login page shows it. */
export interface Commission {
  readonly hsaId: string
  readonly name: string
  readonly unit: string
  readonly purpose: string
  readonly unitName: string
  readonly site: string
  readonly region: string
  readonly regionName: string
}

/** Somebody who can log in to the demo. */
export interface StaffMember {
  readonly login: string
  readonly name: string
  readonly title: string
  readonly commissions: readonly Commission[]
}

/** Whether the commission is for log review (PDL 4:3); the server decides, this only chooses what to show. */
export const mayReview = ({ user, commission }: Session): boolean =>
  user.role === 'auditor' && commission.purpose === 'administration'

const KEY = 'karna-session'

/** The session of this tab, unless it has ended. It ends with the tab. */
export function storedSession(): Session | undefined {
  const text = sessionStorage.getItem(KEY)
  if (!text) return undefined
  const session = JSON.parse(text) as Session
  return Date.parse(session.expires) > Date.now() ? session : undefined
}

/** Keeps the session for as long as the tab is open. */
export function keepSession(session: Session): void {
  sessionStorage.setItem(KEY, JSON.stringify(session))
}

/** Leaves nothing of the session in the tab. */
export function forgetSession(): void {
  sessionStorage.clear()
}
