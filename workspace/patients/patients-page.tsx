import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Refusal } from '../api/http.ts'
import { tellSources } from '../frame/status.tsx'
import type { Session } from '../login/session.ts'
import { type Found, findPatients, isOddNumber } from './find.ts'
import { OnTheUnit } from './on-the-unit.tsx'
import { PatientLink } from './patient-link.tsx'

type Outcome<T> = { readonly value: T } | { readonly failure: string } | undefined

const MOST = 50

/** Find a patient, or take one of those on the unit. */
export function PatientsPage({ session }: { readonly session: Session }) {
  const [text, setText] = useState('')
  const [found, setFound] = useState<Outcome<Found>>()
  const field = useRef<HTMLInputElement>(null)

  useEffect(() => {
    document.title = 'Patienter – Kärna'
    tellSources({ words: `Källa: ${session.regionName}` })
    field.current?.focus()
  }, [session])

  const underWay = useRef(new AbortController())
  const search = (event: FormEvent) => {
    event.preventDefault()
    // An answer to what was asked before must not be taken for one to this.
    underWay.current.abort()
    underWay.current = new AbortController()
    const { signal } = underWay.current
    const tell = (outcome: Outcome<Found>) => {
      if (!signal.aborted) setFound(outcome)
    }
    tell(undefined)
    const fault = faultIn(text)
    if (fault) return tell({ failure: fault })
    findPatients(session, text, MOST, signal)
      .then((value) => tell({ value }))
      .catch((cause: Error) => tell({ failure: failureWords(cause) }))
  }

  return (
    <div className="page">
      <h1>Patienter</h1>
      <search>
        <form onSubmit={search} className="search-form">
          <label className="field" htmlFor="patient-search">
            Namn eller personnummer
          </label>
          <div className="search-row">
            <input
              id="patient-search"
              ref={field}
              value={text}
              autoComplete="off"
              placeholder="Lindqvist Britt-Marie · 470418-7006"
              onChange={(event) => setText(event.target.value)}
            />
            <button type="submit" className="button primary">
              Sök
            </button>
          </div>
        </form>
      </search>
      <div aria-live="polite">{found && <SearchResult outcome={found} />}</div>
      <OnTheUnit session={session} />
    </div>
  )
}

function SearchResult({ outcome }: { readonly outcome: NonNullable<Outcome<Found>> }) {
  if ('failure' in outcome) return <p className="failure">{outcome.failure}</p>
  const { patients, hasMore } = outcome.value
  if (patients.length === 0) {
    return (
      <p className="empty">
        Ingen patient hittades. Kontrollera stavningen, eller sök på hela personnumret.
      </p>
    )
  }
  return (
    <section className="card" aria-label="Sökresultat">
      <header>
        <h2>Sökresultat</h2>
        <span className="meta">
          {hasMore
            ? `de första ${patients.length}; sök på mer av namnet för att se resten`
            : `${patients.length}`}
        </span>
      </header>
      <div className="scroll">
        <table className="people">
          <thead>
            <tr>
              <th>Namn</th>
              <th>Personnummer</th>
              <th>Ålder och kön</th>
              <th>Bor</th>
            </tr>
          </thead>
          <tbody>
            {patients.map((patient) => (
              <tr key={patient.id}>
                <td>
                  <PatientLink patient={patient} />
                </td>
                <td className="num">{patient.personnummer}</td>
                <td>{patient.about}</td>
                <td>{patient.home}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

/** Why a text is not searched for, or nothing. */
function faultIn(text: string): string | undefined {
  if (text.trim().length < 2) return 'Skriv minst två tecken, eller ett helt personnummer.'
  return isOddNumber(text)
    ? 'Personnumret är inte helt, eller har en felaktig siffra. Ingen sökning gjordes. Kontrollera det och sök igen.'
    : undefined
}

function failureWords(cause: Error): string {
  const isStopped = cause instanceof Refusal && cause.status === 429
  if (!isStopped) return `Sökningen gick inte. ${cause.message}`
  return 'Sökningen är stoppad för en stund: du har slagit upp ovanligt många personer utan vårdrelation, och loggranskaren har fått ett larm. Enhetens egna patienter är öppna som vanligt.'
}
