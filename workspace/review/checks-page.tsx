import { type FormEvent, useEffect, useState } from 'react'
import { Link } from '../frame/link.tsx'
import { DateField } from '../frame/period-fields.tsx'
import type { Session } from '../login/session.ts'
import { Card } from '../overview/card.tsx'
import { go, reviewPath } from '../route.ts'
import { localDate } from '../words.ts'
import { type Check, KIND_WORDS, momentOf } from './review.ts'
import { loadChecks, makeCheck, reviewFailure, type WantedCheck } from './review-client.ts'

/** The checks that were made, and a new one. */
export function ChecksPage({ session }: { readonly session: Session }) {
  const [checks, setChecks] = useState<readonly Check[]>()
  const [failure, setFailure] = useState<string>()
  useEffect(() => {
    loadChecks(session).then(setChecks, (cause) => setFailure(reviewFailure(cause)))
  }, [session])
  return (
    <div className="review-columns">
      <Card title="Kontroller" meta={checks && `${checks.length}`}>
        {failure && <p className="failure">{failure}</p>}
        {checks && <CheckTable checks={checks} />}
      </Card>
      <NewCheck session={session} />
    </div>
  )
}

function CheckTable({ checks }: { readonly checks: readonly Check[] }) {
  if (checks.length === 0) {
    return <p className="empty">Ingen kontroll är gjord ännu. Gör den första här bredvid.</p>
  }
  return (
    <div className="scroll">
      <table className="people">
        <caption className="heard">Kontroller, den senaste först</caption>
        <thead>
          <tr>
            <th scope="col">Kontroll</th>
            <th scope="col">Tid</th>
            <th scope="col">Ur</th>
            <th scope="col">Bedömda</th>
            <th scope="col">Gjord</th>
          </tr>
        </thead>
        <tbody>
          {checks.map((check) => (
            <tr key={check.id}>
              <th scope="row">
                <Link to={reviewPath('checks', check.id)}>{KIND_WORDS[check.kind]}</Link>
              </th>
              <td className="num">{periodWords(check)}</td>
              <td className="num">{check.population} besök i journaler</td>
              <td className="num">
                {check.decided} av {check.size}
                {check.decided === check.size && check.size > 0 && (
                  <span className="chip calm small">klar</span>
                )}
              </td>
              <td className="num">{momentOf(check.madeAt)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** First and last day, both included, of a period whose end is the beginning of the day after. */
export function periodWords({ since, until }: Pick<Check, 'since' | 'until'>): string {
  const last = new Date(Date.parse(until) - 1)
  return `${localDate(new Date(since))} – ${localDate(last)}`
}

const DAY_MS = 86_400_000

function NewCheck({ session }: { readonly session: Session }) {
  const [wanted, setWanted] = useState<WantedCheck>(() => ({
    kind: 'suspicion',
    from: localDate(new Date(Date.now() - 30 * DAY_MS)),
    to: localDate(),
    size: 25,
    seed: '',
  }))
  const [failure, setFailure] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const change = (more: Partial<WantedCheck>) => setWanted({ ...wanted, ...more })
  const make = (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setFailure(undefined)
    makeCheck(session, wanted).then(
      ({ id }) => go(reviewPath('checks', id)),
      (cause) => {
        setBusy(false)
        setFailure(reviewFailure(cause))
      },
    )
  }
  return (
    <Card title="Ny kontroll">
      <form className="stack" onSubmit={make}>
        <KindField kind={wanted.kind} onChange={(kind) => change({ kind })} />
        <fieldset className="between">
          <legend>Tid</legend>
          <DateField words="Från" date={wanted.from} onChange={(from) => change({ from })} />
          <DateField words="till och med" date={wanted.to} onChange={(to) => change({ to })} />
        </fieldset>
        <label className="field">
          Antal
          <input
            type="number"
            min={1}
            max={500}
            required
            value={wanted.size}
            onChange={({ target }) => change({ size: Number(target.value) })}
          />
        </label>
        {wanted.kind === 'sample' && (
          <label className="field">
            Frö, för att dra ett tidigare stickprov på nytt (annars tomt)
            <input
              value={wanted.seed}
              pattern="[\w\-]{1,64}"
              autoComplete="off"
              onChange={({ target }) => change({ seed: target.value.trim() })}
            />
          </label>
        )}
        {failure && (
          <p className="failure" role="alert">
            {failure}
          </p>
        )}
        <button type="submit" className="button primary" disabled={isBusy}>
          {isBusy ? 'Går igenom loggen …' : 'Gör kontrollen'}
        </button>
      </form>
    </Card>
  )
}

const KINDS: readonly (readonly [Check['kind'], string])[] = [
  [
    'suspicion',
    'Det som avviker mest först, när vårdrelation, anteckning och samtycke räknats bort',
  ],
  ['sample', 'Slumpen avgör, lika för alla; fröet sparas så att urvalet kan dras om'],
]

function KindField({
  kind,
  onChange,
}: {
  readonly kind: Check['kind']
  readonly onChange: (kind: Check['kind']) => void
}) {
  return (
    <fieldset className="grounds">
      <legend>Vad som ska granskas</legend>
      {KINDS.map(([each, words]) => (
        <label key={each} className="ground">
          <input type="radio" name="kind" checked={kind === each} onChange={() => onChange(each)} />
          <span>
            <b>{KIND_WORDS[each]}</b>
            <small>{words}</small>
          </span>
        </label>
      ))}
    </fieldset>
  )
}
