import { useEffect } from 'react'
import { Link } from '../frame/link.tsx'
import { tellSources } from '../frame/status.tsx'
import { mayReview, type Session } from '../login/session.ts'
import { type ReviewPageName, reviewPath } from '../route.ts'
import { AlertsPage } from './alerts-page.tsx'
import { CheckPage } from './check-page.tsx'
import { ChecksPage } from './checks-page.tsx'
import { ExtractPage } from './extract-page.tsx'
import { SearchPage } from './search-page.tsx'
import { useAlerts } from './use-alerts.ts'

const TABS: readonly (readonly [ReviewPageName, string])[] = [
  ['alerts', 'Larm'],
  ['checks', 'Kontroller'],
  ['search', 'Sök i loggen'],
  ['extract', 'Loggutdrag'],
]

/** The log reviewer's workbench: who has opened the care provider's records, and whether they should have (PDL 4:3). */
export function ReviewPage({
  session,
  page,
  id,
}: {
  readonly session: Session
  readonly page: ReviewPageName
  readonly id: string | undefined
}) {
  useEffect(() => {
    document.title = 'Granskning – Kärna'
    tellSources({ words: `Källa: åtkomstloggen, ${session.regionName}` })
  }, [session])
  if (!mayReview(session)) return <NotForYou />
  return <Workbench session={session} page={page} id={id} />
}

function Workbench({
  session,
  page,
  id,
}: {
  readonly session: Session
  readonly page: ReviewPageName
  readonly id: string | undefined
}) {
  const alerts = useAlerts(session)
  const waiting = alerts.list?.filter(({ seenAt }) => seenAt === null).length ?? 0
  return (
    <div className="page review">
      <h1>Granskning av loggen</h1>
      <p className="heard" role="status">
        {alerts.news}
      </p>
      <nav className="tabs" aria-label="Granskning">
        {TABS.map(([each, words]) => (
          <Link key={each} to={reviewPath(each)} current={each === page}>
            {words}
            {each === 'alerts' && waiting > 0 && <Count waiting={waiting} />}
          </Link>
        ))}
      </nav>
      {page === 'alerts' && <AlertsPage session={session} alerts={alerts} />}
      {page === 'checks' && id === undefined && <ChecksPage session={session} />}
      {page === 'checks' && id !== undefined && <CheckPage key={id} session={session} id={id} />}
      {page === 'search' && <SearchPage session={session} />}
      {page === 'extract' && <ExtractPage key={id} session={session} patient={id} />}
    </div>
  )
}

function Count({ waiting }: { readonly waiting: number }) {
  return (
    <span className="chip small critical">
      {waiting}
      <span className="heard"> väntar</span>
    </span>
  )
}

function NotForYou() {
  return (
    <div className="page">
      <h1>Granskning av loggen</h1>
      <p role="alert">
        Ditt uppdrag är inte för loggranskning (PDL 4 kap. 3 §). Byt uppdrag med B om du har ett
        sådant.
      </p>
    </div>
  )
}
