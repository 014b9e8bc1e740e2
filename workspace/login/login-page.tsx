import { useEffect, useState } from 'react'
import { Refusal } from '../api/http.ts'
import { Icon } from '../frame/icons.tsx'
import { Logo } from '../frame/logo.tsx'
import { demoStaff, logIn } from './login.ts'
import { type Commission, commissionWords, purposeWords, type StaffMember } from './session.ts'

/**
 * The way to the identity provider, where one says who one is and in which commission (medarbetaruppdrag) one works now. In the
 * demo one may say it here as well; it is the same way.
 */
export function LoginPage({
  notice,
  whose,
}: {
  readonly notice: string | undefined
  /** HSA-id of the one who was here before. */
  readonly whose: string | undefined
}) {
  const [staff, setStaff] = useState<readonly StaffMember[]>()
  const [failure, setFailure] = useState<string>()
  const [filter, setFilter] = useState('')

  useEffect(() => {
    document.title = 'Logga in – Kärna'
    demoStaff()
      .then(setStaff)
      .catch((cause: Error) => {
        const isAnswer = cause instanceof Refusal && cause.status === 404 // there is no demo
        if (!isAnswer) setFailure(SILENT)
      })
  }, [])

  const enter = (hint?: string) => {
    setFailure(undefined)
    logIn(whose, hint).catch(() => setFailure(SILENT))
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
        <p className="log-in">
          <button
            type="button"
            className="button primary"
            // biome-ignore lint/a11y/noAutofocus: the page is for nothing else
            autoFocus
            onClick={() => enter()}
          >
            <Icon name="card" /> Logga in med SITHS
          </button>
        </p>
        <p>
          Är du patient? <a href="/my/apps">Se vilka appar som når din journal</a>
        </p>
        {staff && (
          <>
            <h3>Eller välj en av demons inloggningar</h3>
            <label className="field">
              Sök namn, titel eller enhet
              <input value={filter} onChange={(event) => setFilter(event.target.value)} />
            </label>
            <StaffList
              staff={staff.filter((each) => matches(each, filter))}
              onChoose={(login, commission) => enter(`${login} ${commission}`)}
            />
          </>
        )}
      </main>
    </div>
  )
}

const SILENT = 'Kärna svarar inte. Kontrollera att systemet är igång och ladda om sidan.'

function matches({ name, title, commissions }: StaffMember, filter: string): boolean {
  const text = [
    name,
    title,
    ...commissions.flatMap((each) => [each.name, each.unitName, each.site, each.regionName]),
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
                <CommissionWords commission={each} />
              </button>
            ))}
          </div>
        </li>
      ))}
    </ul>
  )
}

function CommissionWords({ commission }: { readonly commission: Commission }) {
  const { title, rest } = commissionWords(commission)
  const purpose = purposeWords(commission)
  // A commission for quality assurance is called that too.
  const isSaid = rest.toLocaleLowerCase('sv').startsWith(purpose.toLocaleLowerCase('sv'))
  return (
    <>
      <b>{title}</b>
      <small>{isSaid ? purpose + rest.slice(purpose.length) : `${purpose} · ${rest}`}</small>
    </>
  )
}

/** `AN` of Anna Nyström. */
export const initials = (name: string) =>
  name
    .split(' ')
    .map((part) => part[0])
    .join('')
    .slice(0, 2)
