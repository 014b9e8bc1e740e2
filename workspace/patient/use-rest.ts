import { useEffect } from 'react'
import type { PatientPageName } from '../route.ts'
import {
  type Asker,
  loadRest,
  type PartName,
  type PatientRecord,
  type RecordChange,
} from './record.ts'

/** The lists whose newest entries the overview has, and whose rest is fetched when their page is opened. */
const LONG: Partial<Record<PatientPageName, PartName>> = { notes: 'notes', results: 'laboratory' }

/** Fetches the rest of the list that a page shows, once. */
export function useRest(
  page: PatientPageName,
  { parts }: PatientRecord,
  asker: Omit<Asker, 'signal'>,
  onCome: (change: RecordChange) => void,
): void {
  const name = LONG[page]
  const part = name && parts[name]
  const { session, id, reason } = asker
  useEffect(() => {
    if (!name || !part?.ok || part.next === undefined) return
    const stop = new AbortController()
    void loadRest({ session, id, reason, signal: stop.signal }, part).then((whole) => {
      if (!stop.signal.aborted) onCome({ parts: { [name]: whole } })
    })
    return () => stop.abort()
  }, [name, part, session, id, reason, onCome])
}

/** What a page says of a list that is not whole, or nothing. */
export function restWords({ parts }: PatientRecord, name: PartName): string {
  const part = parts[name]
  if (!part?.ok) return ''
  if (part.isCut) return ' · resten kunde inte hämtas'
  return part.next === undefined ? '' : ' · hämtar resten …'
}
