import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Link } from '../frame/link.tsx'
import type { Session } from '../login/session.ts'
import { Card } from '../overview/card.tsx'
import { reviewPath } from '../route.ts'
import { Why } from './item-table.tsx'
import {
  type Check,
  type CheckItem,
  momentOf,
  OUTCOME_WORDS,
  OUTCOMES,
  type OutcomeWord,
} from './review.ts'
import { type ItemEntry, loadEntries, type Person, reviewFailure } from './review-client.ts'

type Found = { readonly outcome: OutcomeWord; readonly note: string }

/** What is behind an item, and what the reviewer finds of it. */
export function ItemPanel({
  session,
  check,
  item,
  person,
  takesFocus,
  onDecide,
}: {
  readonly session: Session
  readonly check: Check
  readonly item: CheckItem
  readonly person: Person | undefined
  /** Whether it came after a decision, so that the next one can be made at once. */
  readonly takesFocus: boolean
  readonly onDecide: (found: Found) => Promise<void>
}) {
  return (
    <Card title={`Åtkomst ${item.number}`} meta={`${item.entries} rader i loggen`}>
      <dl className="facts">
        <dt>Medarbetare</dt>
        <dd>
          <b>{item.name}</b>, {item.title ?? 'vårdpersonal'}, {item.unitName ?? item.unit}
          <br />
          <span className="num quiet">{item.person}</span>
        </dd>
        <dt>Patient</dt>
        <dd>
          <b>{person?.name ?? '…'}</b> <span className="num">{person?.personnummer}</span>
          {person?.isProtected && <span className="chip small critical">Skyddad identitet</span>}
          <br />
          <Link to={reviewPath('extract', item.patient)}>Loggutdrag för patienten</Link>
        </dd>
        <dt>När</dt>
        <dd className="num">
          {momentOf(item.first)} – {momentOf(item.last).slice(11)}
        </dd>
        <dt>Varför</dt>
        <dd>
          <Why item={item} />
        </dd>
      </dl>
      <DecisionForm item={item} takesFocus={takesFocus} onDecide={onDecide} />
      <Entries session={session} check={check} item={item} />
    </Card>
  )
}

function DecisionForm({
  item,
  takesFocus,
  onDecide,
}: {
  readonly item: CheckItem
  readonly takesFocus: boolean
  readonly onDecide: (found: Found) => Promise<void>
}) {
  const [outcome, setOutcome] = useState<OutcomeWord | undefined>(item.outcome ?? undefined)
  const [note, setNote] = useState(item.note ?? '')
  const [failure, setFailure] = useState<string>()
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (takesFocus) form.current?.querySelector('input')?.focus()
  }, [takesFocus])
  const needsNote = outcome !== undefined && outcome !== 'justified' && note.trim() === ''
  const save = (event: FormEvent) => {
    event.preventDefault()
    if (!outcome || needsNote) return
    setFailure(undefined)
    onDecide({ outcome, note: note.trim() }).catch((cause) => setFailure(reviewFailure(cause)))
  }
  return (
    <form ref={form} className="stack decision" onSubmit={save}>
      <fieldset className="choices across">
        <legend>Bedömning</legend>
        {OUTCOMES.map((each) => (
          <label key={each}>
            <input
              type="radio"
              name="outcome"
              checked={outcome === each}
              onChange={() => setOutcome(each)}
            />
            {OUTCOME_WORDS[each]}
          </label>
        ))}
      </fieldset>
      <label className="field">
        Vad som framkom {needsNote && <span className="needed">krävs</span>}
        <textarea
          rows={2}
          maxLength={4000}
          value={note}
          onChange={({ target }) => setNote(target.value)}
        />
      </label>
      {failure && (
        <p className="failure" role="alert">
          {failure}
        </p>
      )}
      <p>
        <button type="submit" className="button primary" disabled={!outcome || needsNote}>
          Spara och visa nästa
        </button>{' '}
        {item.decidedAt && (
          <span className="quiet num">Senast bedömd {momentOf(item.decidedAt)}</span>
        )}
      </p>
    </form>
  )
}

function Entries({
  session,
  check,
  item: { number },
}: {
  readonly session: Session
  readonly check: Check
  readonly item: CheckItem
}) {
  const [entries, setEntries] = useState<readonly ItemEntry[]>()
  const [failure, setFailure] = useState<string>()
  useEffect(() => {
    let isGone = false
    loadEntries(session, check, number).then(
      (found) => isGone || setEntries(found),
      (cause) => isGone || setFailure(reviewFailure(cause)),
    )
    return () => {
      isGone = true
    }
  }, [session, check, number])
  if (failure) return <p className="failure">{failure}</p>
  if (!entries) return <p className="empty bars">Hämtar raderna …</p>
  return (
    <div className="scroll entries">
      <table>
        <caption className="heard">Raderna i loggen bakom åtkomsten</caption>
        <thead>
          <tr>
            <th scope="col">Tid</th>
            <th scope="col">Vad</th>
            <th scope="col">Uppgifter</th>
            <th scope="col">Angivet skäl</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((each) => (
            <tr key={each.id}>
              <td className="num">{momentOf(each.at).slice(11)}</td>
              <td className="wraps">
                {each.did}
                {each.isDenied && <span className="chip small urgent">nekades</span>}
              </td>
              <td className="wraps">{each.kinds}</td>
              <td className="wraps">{each.reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
