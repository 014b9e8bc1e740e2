import { type ReactNode, useEffect, useState } from 'react'
import { Refusal, refusalWords } from '../api/http.ts'
import type { Session } from '../login/session.ts'
import { type Booked, bookedPatients } from './bookings.ts'
import { PatientLink } from './patient-link.tsx'
import { type Ward, wardPatients } from './ward.ts'

type Outcome<T> = { readonly value: T } | { readonly status: number } | undefined

/** What a region answers that is not there. */
const NOT_FOUND = 404

/** Those who lie on the user's unit now, and those who are booked there today. */
export function OnTheUnit({ session }: { readonly session: Session }) {
  const ward = useOutcome(wardPatients, session)
  const booked = useOutcome(bookedPatients, session)
  const { unitName } = session.commission
  if (!ward || !booked) return <p className="empty">Hämtar {unitName} …</p>
  if ('status' in ward && ward.status === NOT_FOUND) {
    return <p className="empty">{session.regionName} är inte ansluten till Kärna än.</p>
  }
  const failures = [
    'status' in ward && `Listan över inskrivna ${refusalWords(ward.status)}.`,
    'status' in booked && `Listan över bokade ${refusalWords(booked.status)}.`,
  ].filter((words) => words !== false)
  const lying = 'value' in ward && ward.value.patients.length > 0 ? ward.value : undefined
  const coming = 'value' in booked && booked.value.patients.length > 0 ? booked.value : undefined
  return (
    <>
      {failures.map((words) => (
        <p className="failure" key={words}>
          {words}
        </p>
      ))}
      {lying && <WardList ward={lying} unit={unitName} />}
      {coming && <BookedList booked={coming} unit={unitName} />}
      {failures.length === 0 && !lying && !coming && (
        <p className="empty">Ingen är inskriven eller bokad på {unitName} i dag.</p>
      )}
    </>
  )
}

function useOutcome<T>(load: (session: Session) => Promise<T>, session: Session): Outcome<T> {
  const [outcome, setOutcome] = useState<Outcome<T>>()
  useEffect(() => {
    let isGone = false
    load(session)
      .then((value) => isGone || setOutcome({ value }))
      .catch((cause: unknown) => {
        if (!isGone) setOutcome({ status: cause instanceof Refusal ? cause.status : 0 })
      })
    return () => {
      isGone = true
    }
  }, [load, session])
  return outcome
}

function WardList({ ward, unit }: { readonly ward: Ward; readonly unit: string }) {
  const heads = ['Plats', 'Namn', 'Personnummer', 'Ålder och kön', 'Orsak', 'Dag', 'PAL']
  return (
    <PeopleCard title={`Inneliggande på ${unit}`} heads={heads} {...counted(ward)}>
      {ward.patients.map((patient) => (
        <tr key={patient.id}>
          <td>{patient.place}</td>
          <td>
            <PatientLink patient={patient} />
          </td>
          <td className="num">{patient.personnummer}</td>
          <td>{patient.about}</td>
          <td>{patient.reason}</td>
          <td className="num">{patient.day}</td>
          <td>{patient.pal}</td>
        </tr>
      ))}
    </PeopleCard>
  )
}

function BookedList({ booked, unit }: { readonly booked: Booked; readonly unit: string }) {
  const heads = ['Tid', 'Namn', 'Personnummer', 'Ålder och kön', 'Besök', 'Status']
  return (
    <PeopleCard title={`Bokade i dag på ${unit}`} heads={heads} {...counted(booked)}>
      {booked.patients.map((patient) => (
        <tr key={`${patient.time} ${patient.id}`}>
          <td className="num">{patient.time}</td>
          <td>
            <PatientLink patient={patient} />
          </td>
          <td className="num">{patient.personnummer}</td>
          <td>{patient.about}</td>
          <td>{patient.visit}</td>
          <td>{patient.state}</td>
        </tr>
      ))}
    </PeopleCard>
  )
}

/** How many, and that there are more than are shown. */
function counted({ patients, hasMore }: Ward | Booked): { readonly count: string } {
  return { count: hasMore ? `de första ${patients.length}, fler finns` : `${patients.length}` }
}

function PeopleCard({
  title,
  heads,
  count,
  children,
}: {
  readonly title: string
  readonly heads: readonly string[]
  readonly count: string
  readonly children: ReactNode
}) {
  return (
    <section className="card" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <span className="meta">{count}</span>
      </header>
      <div className="scroll">
        <table className="people">
          <thead>
            <tr>
              {heads.map((head) => (
                <th key={head}>{head}</th>
              ))}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      </div>
    </section>
  )
}
