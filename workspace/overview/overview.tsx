import { DiagnosisTable } from '../diagnoses/diagnosis-card.tsx'
import { Icon } from '../frame/icons.tsx'
import { MedicationTable, MedicationWarnings } from '../medications/medication-card.tsx'
import { NewsList } from '../news/news-card.tsx'
import { AssessmentText } from '../notes/assessment-card.tsx'
import { PageLink } from '../patient/patient-nav.tsx'
import type { PatientRows } from '../patient/patient-rows.ts'
import type { Asker, PatientRecord } from '../patient/record.ts'
import { ResultTable } from '../results/result-card.tsx'
import type { PatientPlace } from '../route.ts'
import { TimelineLanes } from '../timeline/timeline-card.tsx'
import { TodoList } from '../todo/todo-card.tsx'
import { VitalTable } from '../vitals/vital-card.tsx'
import { counted, momentText } from '../words.ts'
import { Body, Card, CardHead } from './card.tsx'

/** What every card is given. */
export interface OverviewParts {
  readonly place: PatientPlace
  readonly record: PatientRecord
  readonly rows: PatientRows
  readonly onRead: () => void
  /** Who looks, for what is written from a card. */
  readonly by: Omit<Asker, 'signal'>
  /** Whether this record is still what the screen shows, for what comes late. */
  readonly isOpen: () => boolean
}

const FEW_RESULTS = 12

/** Ten years of a patient on one page. Nothing is clipped: what does not fit makes the page longer. */
export function Overview(parts: OverviewParts) {
  return (
    <div className="overview">
      <div className="column">
        <News {...parts} />
        <CurrentCare {...parts} />
      </div>
      <div className="column">
        <Medications {...parts} />
        <Diagnoses {...parts} />
      </div>
      <div className="column">
        <Results {...parts} />
        <Vitals {...parts} />
      </div>
      <TenYears {...parts} />
    </div>
  )
}

function News({ record, rows: { news, since }, onRead }: OverviewParts) {
  const title = since.isRead ? 'Nytt sedan du läste' : 'Nytt senaste 7 dygnen'
  return (
    <Card
      title={title}
      meta={since.isRead ? momentText(localText(since.from)) : unreadWords(record)}
      end={
        <button type="button" className="link" onClick={onRead}>
          Markera läst <kbd>E</kbd>
        </button>
      }
    >
      <Body
        record={record}
        of={['laboratory', 'reports', 'notes', 'medications']}
        isEmpty={news.length === 0}
        empty="Inget nytt."
      >
        <NewsList items={news} />
      </Body>
    </Card>
  )
}

const unreadWords = ({ readAt }: PatientRecord) =>
  readAt === 'unknown' ? 'okänt när du läste' : 'ej markerad läst'

/** An ISO time on the clock here, so that it can be told as other times are. */
function localText(iso: string): string {
  return new Date(iso).toLocaleString('sv-SE').replace(' ', 'T')
}

function CurrentCare({ place, record, rows, by, isOpen }: OverviewParts) {
  const { stay, assessment, todos, waiting, coming } = rows
  const title = stay?.reason ?? 'Senaste bedömning'
  return (
    <section className="card grow" aria-label={title}>
      <CardHead
        title={title}
        meta={stay && `sedan ${stay.since}`}
        end={<PageLink place={place} page="notes" words="Journal" />}
      />
      <div className="list">
        <Body
          record={record}
          of={['notes']}
          isEmpty={!assessment}
          empty="Ingen bedömning bland de senaste anteckningarna."
        >
          {assessment && <AssessmentText assessment={assessment} />}
        </Body>
      </div>
      <CardHead title="Att göra" meta={todos.length > 0 ? String(todos.length) : undefined} />
      <Body record={record} of={['tasks']} isEmpty={todos.length === 0} empty="Inga uppgifter.">
        <TodoList items={todos} by={by} isOpen={isOpen} />
      </Body>
      <Foot record={record} waiting={waiting} coming={coming} />
    </section>
  )
}

function Foot({
  record,
  waiting,
  coming,
}: {
  readonly record: PatientRecord
  readonly waiting: readonly string[]
  readonly coming: readonly string[]
}) {
  const { referrals, appointments } = record.parts
  if (waiting.length + coming.length === 0 && referrals?.ok !== false && appointments?.ok !== false)
    return null
  return (
    <div className="foot">
      {waiting.length > 0 && (
        <p>
          <Icon name="wait" />
          <span>Väntar svar: {waiting.join(', ')}</span>
        </p>
      )}
      {coming.map((each) => (
        <p key={each}>
          <Icon name="calendar" />
          <span>{each}</span>
        </p>
      ))}
      <Body record={record} of={['referrals']} isEmpty empty="">
        {null}
      </Body>
      <Body record={record} of={['appointments']} isEmpty empty="">
        {null}
      </Body>
    </div>
  )
}

function Medications({ place, record, rows: { medications, warnings } }: OverviewParts) {
  const { active, paused } = medications
  const meta = [
    counted(active, 'aktuellt', 'aktuella'),
    paused > 0 && counted(paused, 'pausat', 'pausade'),
  ]
  return (
    <Card
      grow
      title="Läkemedel"
      meta={record.parts.medications?.ok ? meta.filter(Boolean).join(' · ') : undefined}
      end={<PageLink place={place} page="medications" words="Alla" />}
    >
      <MedicationWarnings warnings={warnings} />
      <Body
        record={record}
        of={['medications']}
        isEmpty={active + paused === 0}
        empty="Inga aktuella ordinationer."
      >
        <MedicationTable list={medications} />
      </Body>
    </Card>
  )
}

function Diagnoses({ place, record, rows: { diagnoses } }: OverviewParts) {
  const active = diagnoses.filter(({ isActive }) => isActive)
  return (
    <Card
      title="Diagnoser"
      meta={record.parts.conditions?.ok ? counted(active.length, 'aktiv', 'aktiva') : undefined}
      end={<PageLink place={place} page="diagnoses" words={`Alla ${diagnoses.length}`} />}
    >
      <Body
        record={record}
        of={['conditions']}
        isEmpty={active.length === 0}
        empty={diagnoses.length === 0 ? 'Inga diagnoser.' : 'Inga aktiva, bara tidigare.'}
      >
        <DiagnosisTable rows={active} />
      </Body>
    </Card>
  )
}

function Results({ place, record, rows: { results } }: OverviewParts) {
  const shown = results.slice(0, FEW_RESULTS)
  const newest = results[0]?.at
  return (
    <Card
      title="Provsvar"
      meta={newest && `${momentText(newest)} · ändring från värdet före`}
      end={<PageLink place={place} page="results" words="Alla" />}
    >
      <Body
        record={record}
        of={['laboratory']}
        isEmpty={results.length === 0}
        empty="Inga provsvar."
      >
        <ResultTable rows={shown} />
        {results.length > shown.length && (
          <p className="more">
            <PageLink
              place={place}
              page="results"
              words={`Visa ${results.length - shown.length} till`}
            />
            <span className="on-paper">
              {results.length - shown.length} till står på sidan Provsvar
            </span>
          </p>
        )}
      </Body>
    </Card>
  )
}

function Vitals({ record, rows: { vitals, stay } }: OverviewParts) {
  const newest = vitals
    .map(({ at }) => at)
    .sort()
    .at(-1)
  const span = stay ? ' · trend 72 timmar' : ''
  return (
    <Card grow title="Vitala parametrar" meta={newest && momentText(newest) + span}>
      <Body record={record} of={['vitals']} isEmpty={vitals.length === 0} empty="Inga mätningar.">
        <VitalTable rows={vitals} />
      </Body>
    </Card>
  )
}

function TenYears({ record, rows: { timeline } }: OverviewParts) {
  const { count, units } = timeline
  return (
    <Card
      wide
      title="Tidslinje 10 år"
      meta={
        record.parts.encounters?.ok
          ? `${counted(count, 'vårdkontakt', 'vårdkontakter')} · ${counted(units, 'enhet', 'enheter')}`
          : undefined
      }
      end={
        <>
          <i className="legend" /> vårdtillfälle{' '}
          {record.blocked === 'some' && (
            <span className="chip blocked small">
              <Icon name="lock" />
              kan vara ofullständig
            </span>
          )}
        </>
      }
    >
      <Body
        record={record}
        of={['encounters']}
        isEmpty={count === 0}
        empty="Inga vårdkontakter de senaste tio åren."
      >
        <TimelineLanes timeline={timeline} />
      </Body>
    </Card>
  )
}
