import { useEffect, useState } from 'react'
import { Refusal } from '../api/http.ts'
import { Icon } from '../frame/icons.tsx'
import { Logo } from '../frame/logo.tsx'
import { demoStaff, logIn } from './login.ts'
import type { Session, StaffMember } from './session.ts'

const PURPOSES: Readonly<Record<string, string>> = {
  care: 'Vård och behandling',
  quality: 'Kvalitetssäkring',
  administration: 'Administration',
  statistics: 'Statistik',
}

/** The demo's login: who you are, and in which commission (medarbetaruppdrag) you work now. */
export function LoginPage({
  notice,
  onLogin,
}: {
  readonly notice: string | undefined
  readonly onLogin: (session: Session) => void
}) {
  const [staff, setStaff] = useState<readonly StaffMember[]>()
  const [failure, setFailure] = useState<string>()
  const [filter, setFilter] = useState('')

  useEffect(() => {
    document.title = 'Logga in – Kärna'
    demoStaff()
      .then(setStaff)
      .catch((cause: Error) => setFailure(failureWords(cause)))
  }, [])

  const enter = (login: string, commission: string) => {
    setFailure(undefined)
    logIn(login, commission)
      .then(onLogin)
      .catch(() => setFailure('Inloggningen gick inte. Försök igen.'))
  }

  return (
    <div className="login">
      <header className="login-head">
        <Logo />
        <div>
          <h1>Kärna</h1>
          <p>Kärnsystem för svensk vård</p>
        </div>
      </header>
      <main>
        <h2>Logga in</h2>
        {staff && (
          <p className="demo-note">
            <Icon name="alert" />
            <span>
              Det här är en demo. Alla patienter och all personal är påhittade, och regionernas
              enheter är exempeldata. Systemet lyssnar bara på den här datorn.
            </span>
          </p>
        )}
        {notice && <p role="status">{notice}</p>}
        {failure && (
          <p role="alert" className="failure">
            {failure}
          </p>
        )}
        {staff && (
          <>
            <label className="field">
              Sök namn, titel eller enhet
              {/* biome-ignore lint/a11y/noAutofocus: the page is for nothing else */}
              <input autoFocus value={filter} onChange={(event) => setFilter(event.target.value)} />
            </label>
            <StaffList staff={staff.filter((each) => matches(each, filter))} onChoose={enter} />
          </>
        )}
      </main>
    </div>
  )
}

function failureWords(cause: Error): string {
  if (cause instanceof Refusal && cause.status === 404) {
    return 'Här finns inga demoinloggningar (KARNA_DEMO=off). Inloggning med SITHS är inte ansluten ännu.'
  }
  return 'Kärna svarar inte. Kontrollera att systemet är igång och ladda om sidan.'
}

function matches({ name, title, commissions }: StaffMember, filter: string): boolean {
  const text = [
    name,
    title,
    ...commissions.flatMap((each) => [each.unitName, each.site, each.regionName]),
  ]
  return text.join(' ').toLocaleLowerCase('sv').includes(filter.trim().toLocaleLowerCase('sv'))
}

function StaffList({
  staff,
  onChoose,
}: {
  readonly staff: readonly StaffMember[]
  readonly onChoose: (login: string, commission: string) => void
}) {
  if (staff.length === 0) return <p role="status">Ingen i demon heter så.</p>
  return (
    <ul className="staff">
      {staff.map((member) => (
        <li key={member.login}>
          <div className="staff-who">
            <span className="avatar">{initials(member.name)}</span>
            <span>
              <b>{member.name}</b>
              <small>{member.title}</small>
            </span>
          </div>
          <div className="commissions">
            {member.commissions.map((each) => (
              <button
                type="button"
                key={each.hsaId}
                onClick={() => onChoose(member.login, each.hsaId)}
              >
                <b>{each.unitName}</b>
                <small>
                  {PURPOSES[each.purpose] ?? each.purpose} · {each.site} · {each.regionName}
                </small>
              </button>
            ))}
          </div>
        </li>
      ))}
    </ul>
  )
}

/** `AN` of Anna Nyström. */
export const initials = (name: string) =>
  name
    .split(' ')
    .map((part) => part[0])
    .join('')
    .slice(0, 2)
