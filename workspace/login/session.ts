/** A login that is open, as `GET /identity/session` tells of it, and the way to ask in its name. */
export interface Session {
  /** A token that is good for the next request. @throws Refusal `401` when the login is no longer open */
  readonly bearer: (asking?: { readonly isQuiet: boolean }) => Promise<string>
  /** When the user last asked for something, milliseconds since 1970; what a page asks by itself is quiet, and doesn't count. */
  readonly lastAsked: () => number
  /** When it is over whatever is done, ISO time. */
  readonly expires: string
  readonly region: string
  readonly regionName: string
  /** The name of the login in the demo; `undefined` where there is no demo. */
  readonly demoLogin: string | undefined
  readonly user: {
    readonly hsaId: string
    readonly name: string
    readonly title: string
    /** As what one works, for what the commission opens: `doctor`, `auditor`. */
    readonly role: string
  }
  readonly commission: Commission
  /** All that the directory has of the user's. */
  readonly commissions: readonly Commission[]
  /** Care processes (vårdprocesser) of the commission's care provider, by name. */
  readonly processes: readonly string[]
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

const PURPOSES: Readonly<Record<string, string>> = {
  care: 'Vård och behandling',
  quality: 'Kvalitetssäkring',
  administration: 'Administration',
  statistics: 'Statistik',
}

/** What a commission is for, in words (PDL 2 kap. 4 §). */
export const purposeWords = ({ purpose }: Commission): string => PURPOSES[purpose] ?? purpose

/** What a commission is shown as: one may have several at a unit, for one process each, and must see which is chosen. */
export function commissionWords(commission: Commission): { title: string; rest: string } {
  const { name, unitName, site, regionName } = commission
  const said = new Set(['', unitName, purposeWords(commission)])
  const own = name.replace(unitName, '').split(/, */)
  const rest = [...new Set([...own, site, regionName])].filter((each) => !said.has(each))
  return { title: unitName, rest: rest.join(' · ') }
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

/** Whether one's work is with patients' records; the server decides, this only chooses what to show first. */
export const worksWithRecords = (session: Session): boolean =>
  !mayReview(session) && !mayRunRegions(session)

/** Whether one may lift blocks (PDL 4:5); the server decides, this only chooses what to show. */
export const mayLift = ({ user, commission }: Session): boolean =>
  (user.role === 'doctor' || user.role === 'nurse') && commission.purpose === 'care'

/** Minutes without anything being done after which the server locks a login, and the screen hides what it shows. */
export const IDLE_MINUTES = 15

/** Whether the commission is to run the regions (PDL 4:2); the server decides, this only chooses what to show. */
export const mayRunRegions = ({ user }: Session): boolean => user.role === 'administrator'
