import { ask, Refusal, refusalWords } from '../api/http.ts'
import type { Session } from '../login/session.ts'
import { foundBefore } from '../patients/find.ts'
import { go } from '../route.ts'
import { ReasonDialog } from './reason-dialog.tsx'
import type { Asker } from './record.ts'

/** Why a record does not open. */
export type Hindrance =
  /** `isStopped`: so many others have been looked up that only a stated relation opens the record. */
  | { readonly at: 'reason'; readonly isStopped: boolean }
  | { readonly at: 'failed'; readonly why: string }

/** What stands in the place of a record that does not open: why, and what can be done. */
export function Hindered({
  session,
  id,
  by,
  onRetry,
  onReason,
}: {
  readonly session: Session
  readonly id: string
  readonly by: Hindrance
  readonly onRetry: () => void
  readonly onReason: (reason: string) => void
}) {
  if (by.at === 'failed') return <Failed why={by.why} onRetry={onRetry} />
  const open = async (stated: string) => {
    if (by.isStopped) await stateRelation({ session, id }, stated)
    onReason(stated)
  }
  return (
    <ReasonDialog
      who={foundBefore(session, id)}
      isStopped={by.isStopped}
      onCancel={() => go('/patients')}
      onReason={open}
    />
  )
}

/** That the user takes part in the patient's care (PDL 4:1): holds for a week, and is answered for. */
function stateRelation(
  { session, id }: Pick<Asker, 'session' | 'id'>,
  reason: string,
): Promise<unknown> {
  const path = `/fhir/${session.region}/Patient/${id}/$state-relation`
  const parameter = [{ name: 'reason', valueString: reason }]
  return ask(session, path, { method: 'POST', body: { resourceType: 'Parameters', parameter } })
}

/** Whatever went wrong is said: a page that goes on fetching for ever says nothing. */
export function hindranceAfter(cause: unknown): Hindrance {
  if (!(cause instanceof Refusal)) {
    return { at: 'failed', why: 'Svaret gick inte att läsa. Försök igen.' }
  }
  // No care relation is known: the law wants a stated reason (PDL 4 kap. 1 §).
  if (cause.message.includes('PDL 4:1')) return { at: 'reason', isStopped: cause.status === 429 }
  if (cause.status === 404) {
    return { at: 'failed', why: 'Det finns ingen sådan patient som du kan se i ditt uppdrag.' }
  }
  if (cause.message.includes('PDL 4:2')) {
    return {
      at: 'failed',
      why: 'Ditt uppdrag är inte för vård, och öppnar därför ingen enskild patients journal (PDL 4 kap. 2 §). Byt uppdrag med B om du har ett för vård.',
    }
  }
  return { at: 'failed', why: `Journalen ${refusalWords(cause.status)}.` }
}

function Failed({ why, onRetry }: { readonly why: string; readonly onRetry: () => void }) {
  return (
    <div className="page">
      <h1>Journalen kunde inte öppnas</h1>
      <p role="alert">{why}</p>
      <p className="search-row">
        <button type="button" className="button primary" onClick={onRetry}>
          Försök igen
        </button>
        <button type="button" className="button" onClick={() => go('/patients')}>
          Till patienterna
        </button>
      </p>
    </div>
  )
}
