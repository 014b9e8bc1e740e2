import { useSyncExternalStore } from 'react'
import { mayReview, type Session, worksWithRecords } from '../login/session.ts'
import { Icon } from './icons.tsx'

/** Which sources the page asked, and what came of it. */
export interface SourceState {
  readonly words: string
  /** Said in bold: what is missing. */
  readonly missing?: string
}

let state: SourceState = { words: 'Inga källor frågade' }
const listeners = new Set<() => void>()

/** Tells the status line what answered. */
export function tellSources(next: SourceState): void {
  state = next
  for (const listener of listeners) listener()
}

/** Tells what failed, beside what is missing already. */
export function tellFailure(words: string): void {
  tellSources({ ...state, missing: [state.missing, words].filter(Boolean).join(' · ') })
}

/** What was last told of the sources. */
export function useSources(): SourceState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => state,
  )
}

/** The sources of what is on the screen, and the keys most used. */
export function StatusLine({ session }: { readonly session: Session }) {
  const { words, missing } = useSources()
  return (
    <footer className="status">
      <span role="status">
        <Icon name="sources" /> {words} {missing && <b className="missing">{missing}</b>}
      </span>
      <span className="status-keys">
        {keysOf(session).map(([keys, words]) => (
          <span key={words}>
            <kbd>{keys}</kbd> {words}
          </span>
        ))}
      </span>
    </footer>
  )
}

type Keys = readonly (readonly [keys: string, words: string])[]

function keysOf(session: Session): Keys {
  if (mayReview(session)) return REVIEW_KEYS
  return worksWithRecords(session) ? RECORD_KEYS : OTHER_KEYS
}

const OTHER_KEYS: Keys = [
  ['G R', 'regioner'],
  ['?', 'alla kortkommandon'],
]

const RECORD_KEYS: Keys = [
  ['F2', 'sök patient'],
  ['1–7', 'journalens sidor'],
  ['E', 'markera läst'],
  ['?', 'alla kortkommandon'],
]

const REVIEW_KEYS: Keys = [
  ['J', 'nästa'],
  ['K', 'föregående'],
  ['?', 'alla kortkommandon'],
]
