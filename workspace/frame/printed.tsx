import type { Session } from '../login/session.ts'
import { useOpenPatient } from './open-patient.ts'
import { usePrinting } from './printing.ts'
import { useSources } from './status.tsx'

/** On paper alone: when it was printed, by whom, and what answered or didn't. */
export function Printed({ session: { user, commission } }: { readonly session: Session }) {
  const { words, missing } = useSources()
  if (!usePrinting()) return null
  return (
    <p className="printed">
      {printedWords(`${user.name}, ${user.title}, ${commission.unitName}`)} · {words}{' '}
      {missing && <b>{missing}</b>}
    </p>
  )
}

/** The same above what is about no open patient; there the banner has it. */
export function PrintedPage({ session }: { readonly session: Session }) {
  return useOpenPatient() ? null : <Printed session={session} />
}

/** `Utskrivet 2026-12-01 09:14 av Anna Nyström`. */
export function printedWords(by: string, now = new Date()): string {
  return `Utskrivet ${now.toLocaleString('sv-SE').slice(0, 16)} av ${by}`
}
