import { useEffect, useState } from 'react'
import { Link } from '../frame/link.tsx'
import type { Session } from '../login/session.ts'
import { Card } from '../overview/card.tsx'
import { reviewPath } from '../route.ts'
import { ALERT_WORDS, latelyWords, type ReviewAlert } from './alerts.ts'
import { momentOf } from './review.ts'
import { loadPeople, type Person } from './review-client.ts'
import type { Alerts } from './use-alerts.ts'

/** What can't wait for the next check of the log (PDL 4:3). New ones come by themselves. */
export function AlertsPage({
  session,
  alerts: { list, failure, see },
}: {
  readonly session: Session
  readonly alerts: Alerts
}) {
  const people = usePeople(session, list)
  const waiting = list?.filter(({ seenAt }) => seenAt === null).length
  return (
    <Card title="Larm" meta={waiting === undefined ? undefined : `${waiting} väntar`}>
      {failure && (
        <p className="failure" role="alert">
          Larmen uppdateras inte just nu. {failure}
        </p>
      )}
      {list?.length === 0 && (
        <p className="empty">
          Inga larm den senaste månaden. Nya larm visas här inom en minut, utan att sidan laddas om.
        </p>
      )}
      {list && list.length > 0 && <AlertTable list={list} people={people} onSeen={see} />}
    </Card>
  )
}

/** Who the patients are; asked only of those not asked of before. */
function usePeople(session: Session, list: readonly ReviewAlert[] | undefined) {
  const [people, setPeople] = useState<ReadonlyMap<string, Person>>(new Map())
  useEffect(() => {
    const ids = (list ?? []).flatMap(({ patient }) => patient ?? [])
    const unknown = ids.filter((id) => !people.has(id))
    if (unknown.length === 0) return
    let isGone = false
    const unnamed = unknown.map((patient): [string, Person] => [
      patient,
      { patient, name: 'Okänd i regionen', personnummer: '', isProtected: false },
    ])
    const add = (found: ReadonlyMap<string, Person>) => {
      if (!isGone) setPeople((before) => new Map([...before, ...unnamed, ...found]))
    }
    loadPeople(session, { ids: unknown }).then(add, () => add(new Map()))
    return () => {
      isGone = true
    }
  }, [session, list, people])
  return people
}

function AlertTable({
  list,
  people,
  onSeen,
}: {
  readonly list: readonly ReviewAlert[]
  readonly people: ReadonlyMap<string, Person>
  readonly onSeen: (id: string) => void
}) {
  return (
    <div className="scroll">
      <table className="people">
        <caption className="heard">Larm, det senaste först</caption>
        <thead>
          <tr>
            <th scope="col">Tid</th>
            <th scope="col">Vad</th>
            <th scope="col">Medarbetare</th>
            <th scope="col">Patient</th>
            <th scope="col">Angivet skäl</th>
            <th scope="col">Omhändertaget</th>
          </tr>
        </thead>
        <tbody>
          {list.map((alert) => (
            <AlertRow key={alert.id} alert={alert} people={people} onSeen={onSeen} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function AlertRow({
  alert,
  people,
  onSeen,
}: {
  readonly alert: ReviewAlert
  readonly people: ReadonlyMap<string, Person>
  readonly onSeen: (id: string) => void
}) {
  const [what, why] = ALERT_WORDS[alert.kind]
  const lately = latelyWords(alert)
  return (
    <tr>
      <td className="num">{momentOf(alert.at)}</td>
      <th scope="row" className="wraps">
        {what}
        {lately && <span className="chip small warning">{lately}</span>}
        <small>{why}</small>
      </th>
      <td className="wraps">
        {alert.name}
        <small>{[alert.title, alert.unitName ?? alert.unit].filter(Boolean).join(' · ')}</small>
      </td>
      <td className="wraps">
        {alert.patient === null ? (
          '–'
        ) : (
          <Link to={reviewPath('extract', alert.patient)}>
            {people.get(alert.patient)?.name ?? '…'}
          </Link>
        )}
      </td>
      <td className="wraps">{alert.reason ?? '–'}</td>
      <td className="wraps">
        {alert.seenAt === null ? (
          <button type="button" className="button" onClick={() => onSeen(alert.id)}>
            Ta hand om
            <span className="heard">
              {' '}
              {what}, {alert.name}
            </span>
          </button>
        ) : (
          <>
            {alert.seenBy}
            <small className="num">{momentOf(alert.seenAt)}</small>
          </>
        )}
      </td>
    </tr>
  )
}
