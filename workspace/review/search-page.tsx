import { type FormEvent, useState } from 'react'
import { Link } from '../frame/link.tsx'
import { DateField } from '../frame/period-fields.tsx'
import type { Session } from '../login/session.ts'
import { Card } from '../overview/card.tsx'
import { twelveDigits } from '../personnummer.ts'
import { reviewPath } from '../route.ts'
import { localDate } from '../words.ts'
import { type LogRow, momentOf } from './review.ts'
import {
  type LogPage,
  type LogQuery,
  loadPeople,
  type Person,
  reviewFailure,
  searchLog,
} from './review-client.ts'

const NOTHING: LogQuery = { patient: '', person: '', from: '', to: '', onlyDenied: false }
const NO_ONE: ReadonlyMap<string, Person> = new Map()

/** Searches the care provider's log by patient, member of staff, time and outcome. */
export function SearchPage({ session }: { readonly session: Session }) {
  const [found, setFound] = useState<LogPage>()
  const [people, setPeople] = useState(NO_ONE)
  const [asked, setAsked] = useState(NOTHING)
  const [failure, setFailure] = useState<string>()

  const add = async (page: LogPage, before: readonly LogRow[]) => {
    setFound({ rows: [...before, ...page.rows], next: page.next })
    const ids = page.rows.flatMap(({ patient }) => patient ?? [])
    if (ids.length > 0) {
      const more = await loadPeople(session, { ids })
      setPeople((known) => new Map([...known, ...more]))
    }
  }
  const search = async (query: LogQuery, number: string) => {
    setFailure(undefined)
    setFound(undefined)
    const digits = twelveDigits(number)
    if (number && !digits) return setFailure('Det är inget personnummer.')
    const known = digits ? await loadPeople(session, { numbers: [digits] }) : NO_ONE
    const [person] = known.keys()
    if (digits && person === undefined) {
      return setFailure('Ingen åtkomst är loggad för det personnumret hos vårdgivaren.')
    }
    const whole = { ...query, patient: person ?? '' }
    setAsked(whole)
    await add(await searchLog(session, whole), [])
  }
  const told = (cause: unknown) => setFailure(reviewFailure(cause))

  return (
    <>
      <SearchForm onSearch={(query, number) => search(query, number).catch(told)} />
      <div aria-live="polite">
        {failure && <p className="failure">{failure}</p>}
        {found && (
          <Card
            title="Åtkomster"
            meta={`${found.rows.length}${found.next ? ', det finns fler' : ''}`}
          >
            <LogTable rows={found.rows} people={people} />
            {found.next && (
              <p className="more">
                <button
                  type="button"
                  className="link"
                  onClick={() =>
                    searchLog(session, asked, found.next)
                      .then((page) => add(page, found.rows))
                      .catch(told)
                  }
                >
                  Visa fler
                </button>
              </p>
            )}
          </Card>
        )}
      </div>
    </>
  )
}

function SearchForm({
  onSearch,
}: {
  readonly onSearch: (query: LogQuery, number: string) => void
}) {
  const [query, setQuery] = useState<LogQuery>({ ...NOTHING, to: localDate() })
  const [number, setNumber] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSearch(query, number.trim())
  }
  return (
    <search>
      <form className="log-search" onSubmit={submit}>
        <label className="field">
          Patient, personnummer
          <input
            value={number}
            autoComplete="off"
            placeholder="19470418-7006"
            onChange={({ target }) => setNumber(target.value)}
          />
        </label>
        <label className="field">
          Medarbetare, HSA-id
          <input
            value={query.person}
            autoComplete="off"
            placeholder="SE2321000131-P000000000001"
            onChange={({ target }) => setQuery({ ...query, person: target.value.trim() })}
          />
        </label>
        <DateField
          words="Från"
          date={query.from}
          onChange={(from) => setQuery({ ...query, from })}
        />
        <DateField
          words="till och med"
          date={query.to}
          onChange={(to) => setQuery({ ...query, to })}
        />
        <label className="tick">
          <input
            type="checkbox"
            checked={query.onlyDenied}
            onChange={({ target }) => setQuery({ ...query, onlyDenied: target.checked })}
          />
          Bara nekade
        </label>
        <button type="submit" className="button primary">
          Sök
        </button>
      </form>
    </search>
  )
}

function LogTable({
  rows,
  people,
}: {
  readonly rows: readonly LogRow[]
  readonly people: ReadonlyMap<string, Person>
}) {
  if (rows.length === 0) return <p className="empty">Ingen åtkomst stämmer med det du sökte.</p>
  return (
    <div className="scroll">
      <table className="people">
        <caption className="heard">Åtkomster, den senaste först</caption>
        <thead>
          <tr>
            <th scope="col">Tid</th>
            <th scope="col">Medarbetare</th>
            <th scope="col">Enhet</th>
            <th scope="col">Patient</th>
            <th scope="col">Vad</th>
            <th scope="col">Uppgifter</th>
            <th scope="col">Angivet skäl</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td className="num">{momentOf(row.at)}</td>
              <th scope="row" className="wraps">
                {row.who}
                <small>{row.title || row.person}</small>
              </th>
              <td className="wraps">{row.unit}</td>
              <td className="wraps">
                {row.patient && (
                  <Link to={reviewPath('extract', row.patient)}>
                    {people.get(row.patient)?.name ?? '…'}
                  </Link>
                )}
              </td>
              <td className="wraps">
                {row.did}
                {row.isDenied && <span className="chip small urgent">nekades {row.paragraph}</span>}
              </td>
              <td className="wraps">{row.kinds}</td>
              <td className="wraps">{row.reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
