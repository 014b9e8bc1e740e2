import { useSourceName } from '../sources/source.tsx'
import { type Contact, LANES, type Timeline } from './timeline.ts'

/** Ten years of contacts, a lane for each kind of care. */
export function TimelineLanes({ timeline }: { readonly timeline: Timeline }) {
  return (
    <div className="timeline">
      <div className="years" aria-hidden="true">
        {timeline.years.map(({ year, at }) => (
          <span key={year} style={{ left: percent(at) }}>
            {year}
          </span>
        ))}
      </div>
      {LANES.map((lane) => {
        const contacts = timeline.contacts.filter((each) => each.lane === lane)
        return (
          <div className="lane" key={lane}>
            <span id={`lane-${lane}`}>{lane}</span>
            <ol aria-label={`${lane}, ${contacts.length} kontakter`}>
              {contacts.map((contact) => (
                <Mark key={contact.id} contact={contact} />
              ))}
            </ol>
          </div>
        )
      })}
    </div>
  )
}

function Mark({ contact }: { readonly contact: Contact }) {
  const { from, to, label, labelAt, isOngoing } = contact
  const words = [contact.words, useSourceName(contact.id)].filter(Boolean).join(' · ')
  const kind = label ? (isOngoing ? 'stay now' : 'stay') : undefined
  return (
    <li className={kind} style={{ left: percent(from), width: percent(to - from) }} title={words}>
      <span className="heard">{words}</span>
      {label && labelAt && (
        <span
          className={labelAt === 'before' ? 'stay-label before' : 'stay-label'}
          aria-hidden="true"
        >
          {label}
        </span>
      )}
    </li>
  )
}

const percent = (share: number) => `${(share * 100).toFixed(2)}%`
