import { Icon } from '../frame/icons.tsx'
import { Card } from '../overview/card.tsx'
import { momentText } from '../words.ts'
import { eventWords, type InformationEntry, type RegionEvent, type Step } from './regions.ts'

/** How far a region has come, step by step. */
export function StepsCard({ steps }: { readonly steps: readonly Step[] }) {
  const at = steps.findIndex(({ isDone }) => !isDone)
  return (
    <Card title="Anslutning" meta={at < 0 ? 'klar' : `steg ${at + 1} av ${steps.length}`}>
      <ol className="region-steps">
        {steps.map(({ name, words, isDone }, index) => (
          <li key={name} aria-current={index === at ? 'step' : undefined}>
            <span className={isDone ? 'step-number done' : 'step-number'}>
              {isDone ? '✓' : index + 1}
            </span>
            <span>
              <b>{name}</b> <span className="heard">{isDone ? 'klart' : 'inte klart'}</span>
              <small>{words}</small>
            </span>
          </li>
        ))}
      </ol>
    </Card>
  )
}

/** What isn't told by the region's own system, and what that means for care. */
export function LacksCard({ information }: { readonly information: readonly InformationEntry[] }) {
  const lacking = information.filter(
    ({ answer, lacks = [] }) => answer === 'missing' || lacks.length > 0,
  )
  return (
    <Card title="Vad det betyder i vården" meta={`${lacking.length} luckor`}>
      {lacking.length === 0 && <p className="empty">Allt som kartan nämner finns.</p>}
      <ul className="reasons">
        {lacking.map(({ type, name, answer, means, lacks = [] }) => (
          <li key={type}>
            <Icon name="alert" />
            <span>
              <b>{name}</b> {answer === 'missing' ? (means ?? 'saknas') : ''}
              {lacks.map((lack) => (
                <span key={lack.element} className="lack">
                  {lack.means}{' '}
                </span>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** What leaving means, and how it's done: at the server, by whoever runs it. */
export function LeaveCard({ id }: { readonly id: string }) {
  return (
    <Card title="Lämna federationen">
      <div className="leaving">
        <p>
          Regionen får med sig allt som förvaras här, varje version, i FHIR med kontrollsummor och
          ett signerat kvitto. Nycklarna förstörs och det förvarade tas bort när kopian är läst
          tillbaka. Övriga regioner går vidare utan avbrott; åtkomstloggen finns kvar.
        </p>
        <p>
          Görs på servern: <code>karna region leave {id} mapp</code>
        </p>
      </div>
    </Card>
  )
}

/** What has happened, the newest first. */
export function EventsCard({ events }: { readonly events: readonly RegionEvent[] }) {
  return (
    <Card title="Händelser" meta={`${events.length}`}>
      {events.length === 0 && <p className="empty">Inget har hänt ännu.</p>}
      <ul className="reasons">
        {events.slice(0, 8).map((event) => (
          <li key={`${event.at} ${event.event}`}>
            <span>
              {eventWords(event)} <small className="num">{momentText(event.at)}</small>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
