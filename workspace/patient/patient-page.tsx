import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { ask } from '../api/http.ts'
import { DiagnosesPage } from '../diagnoses/diagnoses-page.tsx'
import { tellOpenPatient } from '../frame/open-patient.ts'
import { Printed } from '../frame/printed.tsx'
import { type Shortcut, useShortcuts } from '../frame/shortcuts.ts'
import { tellFailure, tellSources } from '../frame/status.tsx'
import type { Session } from '../login/session.ts'
import { MedicationsPage } from '../medications/medications-page.tsx'
import { JournalPage } from '../notes/journal-page.tsx'
import { Overview } from '../overview/overview.tsx'
import { ResultsPage } from '../results/results-page.tsx'
import { go, type PatientPageName, type PatientPlace, patientPath } from '../route.ts'
import { scopeOf } from '../sources/scope.ts'
import { ShownRegions, shortName } from '../sources/source.tsx'
import { type RegionNames, regionNames, regionOfId, silenceWords } from '../sources/sources.ts'
import { switchScope, switchWords } from '../sources/switch-scope.ts'
import { Banner } from './banner-view.tsx'
import { Hindered, type Hindrance, hindranceAfter } from './hindered.tsx'
import { PATIENT_PAGES, type PageCounts, PatientNav } from './patient-nav.tsx'
import { failed, type PatientRows, patientRows } from './patient-rows.ts'
import { usePrintLog } from './print-log.ts'
import {
  type Asker,
  EMPTY_RECORD,
  loadRecord,
  PART_WORDS,
  type Part,
  type PartName,
  type PatientRecord,
  type RecordChange,
  withChange,
} from './record.ts'
import { useRest } from './use-rest.ts'

/** Fetched when it is first opened: few look at it each day. */
const AccessPage = lazy(async () => ({
  default: (await import('../access/access-page.tsx')).AccessPage,
}))

/** Reasons given in this session, by commission, region and patient: asked for once, logged each time. */
const reasons = new Map<string, string>()

const reasonKey = (session: Session, id: string) =>
  `${session.commission.hsaId} ${session.expires} ${session.region}/${id}`

/** A patient's record, once the law lets it be opened. */
export function PatientPage({
  session,
  id,
  page,
}: {
  readonly session: Session
  readonly id: string
  readonly page: PatientPageName
}) {
  const [record, setRecord] = useState(EMPTY_RECORD)
  const [hindrance, setHindrance] = useState<Hindrance>()
  const asked = reasonKey(session, id)
  const reason = reasons.get(asked)

  const underWay = useRef(new AbortController())

  const load = useCallback(() => {
    // What was asked for before, and not with this reason, must not be put over what comes now.
    underWay.current.abort()
    underWay.current = new AbortController()
    const { signal } = underWay.current
    setHindrance(undefined)
    tellSources({ words: `Frågar ${session.regionName} …` })
    loadRecord({ session, id, reason: reasons.get(asked), signal }, (change) =>
      setRecord((before) => withChange(before, change)),
    ).catch((cause: unknown) => {
      if (signal.aborted) return
      setHindrance(hindranceAfter(cause))
      tellSources({ words: 'Journalen är inte öppnad' })
    })
  }, [session, id, asked])
  const change = useCallback(
    (more: RecordChange) => setRecord((before) => withChange(before, more)),
    [],
  )

  useEffect(() => {
    load()
    return () => underWay.current.abort()
  }, [load])

  const again = () => {
    setRecord(EMPTY_RECORD)
    load()
  }
  // What may be seen has changed: the page stays, and what it shows is put in the place of what it showed.
  const renew = useCallback(async () => {
    underWay.current.abort()
    underWay.current = new AbortController()
    const { signal } = underWay.current
    let renewed = EMPTY_RECORD
    await loadRecord({ session, id, reason: reasons.get(asked), signal }, (more) => {
      renewed = withChange(renewed, more)
    }).catch((cause: unknown) => {
      renewed = EMPTY_RECORD
      if (!signal.aborted) setHindrance(hindranceAfter(cause))
    })
    if (!signal.aborted) setRecord(renewed)
  }, [session, id, asked])
  if (record.parts.patient?.ok) {
    return (
      <OpenRecord
        asker={{ session, id, reason }}
        page={page}
        record={record}
        onChange={change}
        onReload={again}
        onRenew={renew}
      />
    )
  }
  if (!hindrance) return <p className="empty bars">Hämtar journalen …</p>
  const giveReason = (stated: string) => {
    reasons.set(asked, stated)
    again()
  }
  return <Hindered session={session} id={id} by={hindrance} onRetry={again} onReason={giveReason} />
}

function OpenRecord({
  asker,
  page,
  record,
  onChange,
  onReload,
  onRenew,
}: {
  readonly asker: Omit<Asker, 'signal'>
  readonly page: PatientPageName
  readonly record: PatientRecord
  readonly onChange: (change: RecordChange) => void
  readonly onReload: () => void
  readonly onRenew: () => Promise<void>
}) {
  const { session, id, reason } = asker
  const left = useLeft()
  const by = useMemo(() => ({ session, id, reason }), [session, id, reason])
  const place = useMemo(() => ({ scope: scopeOf(session), id }), [session, id])
  const regions = useRegionNames(session)
  const rows = useMemo(
    () => patientRows(record, { own: session.user.name, reason, now: new Date() }),
    [record, session, reason],
  )
  const markRead = useCallback(() => {
    const readAt = new Date(Date.parse(record.shownAt) - CLOCK_SLACK_MS).toISOString()
    const path = `/identity/read-marks/${session.region}/${id}`
    ask(session, path, { method: 'PUT', body: { readAt }, keepalive: true })
      .then(() => onChange({ readAt }))
      .catch(() => left.current.signal.aborted || tellFailure(UNMARKED))
  }, [session, id, record.shownAt, onChange, left])
  const isOpen = useCallback(() => !left.current.signal.aborted, [left])
  useRest(page, record, asker, onChange)
  usePrintLog(by)
  const { personnummer: number } = rows.banner.identity
  const elsewhere = useCallback(
    () =>
      void switchScope(
        session,
        number,
        page,
        (there, found) => {
          if (reason !== undefined) reasons.set(reasonKey(there, found), reason)
        },
        left.current.signal,
      ),
    [session, number, page, reason, left],
  )
  const commands = useMemo(
    () => [
      ...commandsOf(place, markRead),
      { key: 'a', words: switchWords(session), run: elsewhere },
    ],
    [place, markRead, session, elsewhere],
  )
  useShortcuts(commands)
  useEffect(() => {
    const { name, personnummer } = rows.banner.identity
    const { results, medications } = rows
    tellOpenPatient({ place, name, personnummer, results, medications: medications.rows, commands })
    return () => tellOpenPatient(undefined)
  }, [place, rows, commands])
  useEffect(() => tellSources(sourcesOf(session, record, regions)), [session, record, regions])
  usePageTitle(page)

  return (
    <ShownRegions value={regions}>
      <Banner
        rows={rows.banner}
        elsewhere={switchWords(session)}
        onElsewhere={elsewhere}
        onChooseUnits={() => void openUnits(asker, left.current.signal, onReload)}
        onHidden={() => go(patientPath(place, 'access'))}
      >
        <Printed session={session} />
      </Banner>
      <div className="patient">
        <PatientNav place={place} page={page} counts={countsOf(rows)} />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
        <section className="patient-body" aria-label="Journalens innehåll" tabIndex={0}>
          {page === 'overview' && (
            <Overview {...{ place, record, rows, by, isOpen }} onRead={markRead} />
          )}
          {page === 'notes' && <JournalPage record={record} rows={rows} />}
          {page === 'medications' && <MedicationsPage record={record} rows={rows} />}
          {page === 'results' && <ResultsPage record={record} rows={rows} />}
          {page === 'diagnoses' && <DiagnosesPage record={record} rows={rows} />}
          {page === 'access' && (
            <Suspense fallback={<p className="empty bars">Hämtar sidan …</p>}>
              <AccessPage by={by} record={record} rows={rows} onChanged={onRenew} />
            </Suspense>
          )}
        </section>
      </div>
    </ShownRegions>
  )
}

function usePageTitle(page: PatientPageName): void {
  useEffect(() => {
    const words = PATIENT_PAGES.find((each) => each.page === page)?.words
    document.title = `${words} – Kärna`
  }, [page])
}

/** Aborted when the record is left: what comes then is about somebody who isn't on the screen any more. */
function useLeft(): { readonly current: AbortController } {
  const left = useRef(new AbortController())
  useEffect(() => {
    const stay = new AbortController()
    left.current = stay
    return () => stay.abort()
  }, [])
  return left
}

const UNMARKED = 'Kunde inte markera som läst. Försök igen.'

/** The names of the regions that are shown together; `undefined` in one region's own record, and until they have come. */
function useRegionNames(session: Session): RegionNames | undefined {
  const [names, setNames] = useState<RegionNames>()
  useEffect(() => {
    const stop = new AbortController()
    void regionNames(session, stop.signal).then((found) => {
      if (!stop.signal.aborted) setNames(found)
    })
    return () => stop.abort()
  }, [session])
  return names
}

/** The active choice (aktivt val) to see what other units have noted; it holds for the working day. */
async function openUnits(
  { session, id, reason }: Omit<Asker, 'signal'>,
  left: AbortSignal,
  onOpened: () => void,
): Promise<void> {
  const path = `/fhir/${session.region}/Patient/${id}/$choose-units`
  const isOpened = await ask(session, path, { method: 'POST', reason }).then(
    () => true,
    () => false,
  )
  if (left.aborted) return
  if (isOpened) onOpened()
  else tellFailure('Andra enheters uppgifter kunde inte öppnas. Försök igen.')
}

/** Keys of the record: its pages by number and by G and a letter, and what can be done. */
function commandsOf(place: PatientPlace, markRead: () => void): Shortcut[] {
  return [
    { key: 'e', words: 'Markera läst', run: markRead },
    ...PATIENT_PAGES.flatMap(({ key, letter, words, page }) => {
      const run = () => go(patientPath(place, page))
      return [
        { key, words, run },
        { key: `g ${letter}`, words: `${words} (gå till)`, run },
      ]
    }),
  ]
}

/** The server tells whole seconds, and what was stored while it read must not count as seen. */
const CLOCK_SLACK_MS = 3_000

function countsOf({ news, notes, medications, results, diagnoses }: PatientRows): PageCounts {
  const unread = (...kinds: string[]) => news.filter(({ kind }) => kinds.includes(kind)).length
  return {
    notes: { all: notes.length, unread: unread('note', 'report') },
    medications: { all: medications.rows.length, unread: unread('medication') },
    results: { all: results.length, unread: unread('result') },
    diagnoses: { all: diagnoses.length, unread: 0 },
  }
}

function sourcesOf(
  session: Session,
  { parts, took, blocked }: PatientRecord,
  regions: RegionNames | undefined,
) {
  const missing = failed(parts, Object.keys(PART_WORDS) as PartName[])
  if (blocked === 'unknown') missing.push('om något är spärrat')
  const came = Object.values(parts).filter((part) => part.ok)
  const silent = silenceWords(
    came.flatMap(({ silences }) => silences),
    regions,
  )
  const said = [...silent, ...(missing.length > 0 ? [`Saknas: ${missing.join(', ')}`] : [])]
  const seconds = (took / 1000).toFixed(1).replace('.', ',')
  return {
    words: `Källor: ${sourceNames(session, came, regions)} ${seconds} s`,
    ...(said.length > 0 ? { missing: said.join(' · ') } : {}),
  }
}

/** The regions that something on the screen comes from; in one region's own record, that one. */
function sourceNames(
  session: Session,
  parts: readonly Extract<Part, { ok: true }>[],
  regions: RegionNames | undefined,
): string {
  if (!regions) return session.regionName
  const ids = new Set(parts.flatMap(({ resources }) => resources.map(({ id }) => regionOfId(id))))
  const names = [...regions].flatMap(([id, name]) => (ids.has(id) ? [shortName(name)] : []))
  return names.length > 0 ? names.join(', ') : session.regionName
}
