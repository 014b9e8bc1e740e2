import { Fragment } from 'react'
import { Icon, type IconName } from '../frame/icons.tsx'
import { Link } from '../frame/link.tsx'
import { type PatientPageName, type PatientPlace, patientPath } from '../route.ts'

/** The pages of a record, with the keys that open them; the numbers are those of the whole system to come. */
export const PATIENT_PAGES = [
  { page: 'overview', words: 'Översikt', key: '1', letter: 'ö', icon: 'overview' },
  { page: 'notes', words: 'Journal', key: '2', letter: 'j', icon: 'note' },
  { page: 'medications', words: 'Läkemedel', key: '3', letter: 'l', icon: 'medication' },
  { page: 'results', words: 'Provsvar', key: '4', letter: 'p', icon: 'result' },
  { page: 'diagnoses', words: 'Diagnoser', key: '7', letter: 'd', icon: 'list' },
  { page: 'access', words: 'Åtkomst och logg', key: '0', letter: 'å', icon: 'shield' },
] as const satisfies readonly {
  page: PatientPageName
  words: string
  key: string
  letter: string
  icon: IconName
}[]

/** How many a page holds, and how many of them are new to the user. */
export type PageCounts = Partial<Record<PatientPageName, { all: number; unread: number }>>

/** The pages of the record. Only those that exist are there. */
export function PatientNav({
  place,
  page,
  counts,
}: {
  readonly place: PatientPlace
  readonly page: PatientPageName
  readonly counts: PageCounts
}) {
  return (
    <nav className="patient-nav" aria-label="Patientens journal">
      {PATIENT_PAGES.map((each) => (
        <Fragment key={each.page}>
          {each.page === 'access' && <p className="nav-group words">Integritet</p>}
          <Link
            to={patientPath(place, each.page)}
            current={each.page === page}
            title={`${each.words} (${each.key})`}
          >
            <Icon name={each.icon} />
            <span className="words">{each.words}</span>
            <Count count={counts[each.page]} />
          </Link>
        </Fragment>
      ))}
    </nav>
  )
}

function Count({ count }: { readonly count: { all: number; unread: number } | undefined }) {
  if (!count) return null
  if (count.unread > 0) {
    return (
      <span className="count unread">
        {count.unread}
        <span className="heard"> nya</span>
      </span>
    )
  }
  return <span className="count">{count.all}</span>
}

/** A link from a card to the page that holds all of it. */
export function PageLink({
  place,
  page,
  words,
}: {
  readonly place: PatientPlace
  readonly page: PatientPageName
  readonly words: string
}) {
  const found = PATIENT_PAGES.find((each) => each.page === page)
  return (
    <Link to={patientPath(place, page)} className="link">
      {words} <kbd>{found?.key}</kbd>
    </Link>
  )
}
