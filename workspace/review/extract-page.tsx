import { type FormEvent, useEffect, useState } from 'react'
import { saveFile } from '../api/http.ts'
import { DateField } from '../frame/period-fields.tsx'
import type { Session } from '../login/session.ts'
import { Card } from '../overview/card.tsx'
import { twelveDigits } from '../personnummer.ts'
import { go, reviewPath } from '../route.ts'
import { counted, personnummerText } from '../words.ts'
import { momentOf } from './review.ts'
import {
  type ExtractPeriod,
  extractPath,
  type LogExtract,
  loadExtract,
  loadPeople,
  reviewFailure,
} from './review-client.ts'

/** A patient's log extract, as the patient is told of it and as the paper to hand out (PDL 8:5). */
export function ExtractPage({
  session,
  patient,
}: {
  readonly session: Session
  readonly patient: string | undefined
}) {
  const [failure, setFailure] = useState<string>()
  const find = (number: string) => {
    setFailure(undefined)
    const digits = twelveDigits(number)
    if (!digits) return setFailure('Det är inget personnummer.')
    loadPeople(session, { numbers: [digits] }).then(
      (found) => {
        const [id] = found.keys()
        if (id === undefined)
          setFailure('Ingen åtkomst är loggad för det personnumret hos vårdgivaren.')
        else go(reviewPath('extract', id))
      },
      (cause) => setFailure(reviewFailure(cause)),
    )
  }
  return (
    <>
      <FindForm onFind={find} />
      {failure && (
        <p className="failure" role="alert">
          {failure}
        </p>
      )}
      {patient !== undefined && <Extract session={session} patient={patient} />}
    </>
  )
}

function FindForm({ onFind }: { readonly onFind: (number: string) => void }) {
  const [number, setNumber] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onFind(number)
  }
  return (
    <search>
      <form className="log-search" onSubmit={submit}>
        <label className="field">
          Patientens personnummer
          <input
            value={number}
            autoComplete="off"
            placeholder="19470418-7006"
            onChange={({ target }) => setNumber(target.value)}
          />
        </label>
        <button type="submit" className="button primary">
          Ta fram loggutdrag
        </button>
      </form>
    </search>
  )
}

const ALL: ExtractPeriod = { from: '', to: '' }

function Extract({ session, patient }: { readonly session: Session; readonly patient: string }) {
  const [period, setPeriod] = useState(ALL)
  const [extract, setExtract] = useState<LogExtract>()
  const [failure, setFailure] = useState<string>()
  useEffect(() => {
    let isGone = false
    setFailure(undefined)
    loadExtract(session, patient, period).then(
      (found) => isGone || setExtract(found),
      (cause) => isGone || setFailure(reviewFailure(cause)),
    )
    return () => {
      isGone = true
    }
  }, [session, patient, period])
  const save = () =>
    saveFile(
      session,
      extractPath(session, patient, period, '/extract.pdf'),
      'loggutdrag.pdf',
    ).catch((cause) => setFailure(reviewFailure(cause)))
  if (failure) return <p className="failure">{failure}</p>
  if (!extract) return <p className="empty bars">Hämtar loggutdraget …</p>
  const { name, personalNumber, entries, rows } = extract
  return (
    <Card
      title={`Loggutdrag för ${name ?? 'patienten'}`}
      meta={`${personnummerText(personalNumber)} · ${counted(entries, 'åtkomst', 'åtkomster')} i ${counted(rows.length, 'rad', 'rader')}`}
      end={
        <button type="button" className="link" onClick={save}>
          Hämta som PDF
        </button>
      }
    >
      <PeriodForm onPeriod={setPeriod} />
      <ExtractTable rows={rows} />
    </Card>
  )
}

function PeriodForm({ onPeriod }: { readonly onPeriod: (period: ExtractPeriod) => void }) {
  const [period, setPeriod] = useState(ALL)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onPeriod(period)
  }
  return (
    <form className="log-search padded" onSubmit={submit}>
      <DateField
        words="Från"
        date={period.from}
        onChange={(from) => setPeriod({ ...period, from })}
      />
      <DateField
        words="till och med"
        date={period.to}
        onChange={(to) => setPeriod({ ...period, to })}
      />
      <button type="submit" className="button">
        Visa tiden
      </button>
    </form>
  )
}

function ExtractTable({ rows }: Pick<LogExtract, 'rows'>) {
  if (rows.length === 0) return <p className="empty">Ingen har öppnat journalen under tiden.</p>
  return (
    <div className="scroll">
      <table className="people">
        <caption className="heard">Vem som har öppnat journalen, när och varför</caption>
        <thead>
          <tr>
            <th scope="col">Tid</th>
            <th scope="col">Enhet</th>
            <th scope="col">Vem</th>
            <th scope="col">Vad</th>
            <th scope="col">Uppgifter</th>
            <th scope="col">Varför</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.from} ${row.unit} ${row.who} ${row.did} ${row.why}`}>
              <td className="num">{momentOf(row.to)}</td>
              <th scope="row" className="wraps">
                {row.unit}
                <small>{row.provider}</small>
              </th>
              <td className="wraps">{row.who}</td>
              <td className="wraps">{row.did}</td>
              <td className="wraps">{row.kinds.join(', ')}</td>
              <td className="wraps">{row.why}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
