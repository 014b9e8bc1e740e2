import { useCallback, useEffect, useState } from 'react'
import { Refusal, refusalWords } from '../api/http.ts'
import { Icon } from '../frame/icons.tsx'
import { mayLift } from '../login/session.ts'
import type { Identity } from '../patient/banner.ts'
import type { PatientRows } from '../patient/patient-rows.ts'
import type { PatientRecord } from '../patient/record.ts'
import { scopeOf } from '../sources/scope.ts'
import type { Names } from './access.ts'
import {
  type AccessState,
  type By,
  failureWords,
  loadAccess,
  operate,
  withdraw,
} from './access-client.ts'
import { BlockDialog } from './block-dialog.tsx'
import { BlockCard, ConsentCard } from './consent-cards.tsx'
import { ConsentDialog } from './consent-dialog.tsx'
import { LiftDialog } from './lift-dialog.tsx'
import { LogCard } from './log-card.tsx'
import { OpenDialog } from './open-dialog.tsx'
import { OpenedCard } from './opened-card.tsx'
import { OthersCard } from './others-card.tsx'
import { RevealDialog } from './reveal-dialog.tsx'
import { WhyCard } from './why-card.tsx'

/** What can lie over the page. */
type Dialog = 'block' | 'consent' | 'lift' | 'open' | 'emergency' | 'reveal'

/** With what right the record is open: relation, blocks, consents, what was opened, and who has looked. */
export function AccessPage({
  by,
  record,
  rows,
  onChanged,
}: {
  readonly by: By
  readonly record: PatientRecord
  readonly rows: PatientRows
  /** What may be seen has changed: the record is to be fetched anew. */
  readonly onChanged: () => Promise<void>
}) {
  const { state, failure, told, changed, act } = useAccess(by, onChanged)
  const [dialog, setDialog] = useState<Dialog>()
  const isKeptHere = scopeOf(by.session) === 'own'
  const alarm = failure && (
    <p className="failure" role="alert">
      {failure}
    </p>
  )
  if (!state) return alarm ?? <p className="empty bars">Hämtar uppgifter om åtkomst …</p>
  return (
    <div className="access">
      <div className="wide" aria-live="polite">
        {told && (
          <p className="done">
            <Icon name="relation" /> {told}
          </p>
        )}
        {alarm}
      </div>
      {state.hidden.blocked && (
        <BlockedStrip
          isHolder={mayLift(by.session)}
          isLifted={state.opened.some(({ kind, isContent }) => kind === 'lift' && isContent)}
          onLift={() => setDialog('lift')}
        />
      )}
      <div className="column">
        <WhyCard
          by={by}
          record={record}
          because={state.because}
          onReveal={() => setDialog('reveal')}
        />
        <OpenedCard
          opened={state.opened}
          onEnd={({ decision }) => act(operate(by, 'end-decision', { decision }), 'Stängt.')}
        />
      </div>
      <div className="column">
        <BlockCard
          rows={state.consents}
          isKeptHere={isKeptHere}
          unitName={by.session.commission.unitName}
          onNew={() => setDialog('block')}
          onEnd={({ consent }) => act(withdraw(by, consent), 'Spärren är hävd.')}
        />
        <ConsentCard
          rows={state.consents}
          isKeptHere={isKeptHere}
          onNew={() => setDialog('consent')}
          onEnd={({ consent }) => act(withdraw(by, consent), 'Samtycket är återkallat.')}
        />
        <OthersCard
          hidden={state.hidden}
          where={isKeptHere ? 'i regionen' : 'i någon region'}
          onOpen={() => setDialog('open')}
          onEmergency={() => setDialog('emergency')}
        />
      </div>
      <LogCard />
      {dialog && (
        <Over
          dialog={dialog}
          by={by}
          identity={rows.banner.identity}
          names={state.names}
          hasChosen={state.opened.some(({ kind }) => kind === 'choice' || kind === 'relation')}
          onClose={() => setDialog(undefined)}
          onChanged={changed}
        />
      )}
    </div>
  )
}

/** What the page shows, and what is done on it: each thing that is done is followed by asking anew. */
function useAccess(by: By, onChanged: () => Promise<void>) {
  const [state, setState] = useState<AccessState>()
  const [failure, setFailure] = useState<string>()
  const [told, setTold] = useState<string>()
  const load = useCallback(
    () =>
      loadAccess(by).then(setState, (cause: Error) => {
        const why = cause instanceof Refusal ? refusalWords(cause.status) : 'kunde inte hämtas'
        setFailure(`Uppgifterna om åtkomst ${why}.`)
      }),
    [by],
  )
  useEffect(() => void load(), [load])
  const changed = async (words: string) => {
    setFailure(undefined)
    await Promise.all([load(), onChanged()])
    setTold(`${words} Det gäller från och med nu. Journalen hämtades på nytt ${clock()}.`)
  }
  const act = (work: Promise<unknown>, words: string) => {
    setTold(undefined)
    setFailure(undefined)
    void work.then(
      () => changed(words),
      (cause) => setFailure(failureWords(cause)),
    )
  }
  return { state, failure, told, changed, act }
}

function Over({
  dialog,
  hasChosen,
  names,
  ...parts
}: {
  readonly dialog: Dialog
  readonly by: By
  readonly identity: Identity
  readonly names: Names
  readonly hasChosen: boolean
  readonly onClose: () => void
  readonly onChanged: (words: string) => Promise<void>
}) {
  if (dialog === 'block') return <BlockDialog {...parts} names={names} />
  if (dialog === 'consent') return <ConsentDialog {...parts} names={names} />
  if (dialog === 'reveal') return <RevealDialog {...parts} />
  if (dialog === 'lift') return <LiftDialog {...parts} hasChosen={hasChosen} />
  return <OpenDialog {...parts} ground={dialog === 'emergency' ? 'emergency' : 'consent'} />
}

const clock = () => new Date().toLocaleTimeString('sv-SE')

function BlockedStrip({
  isHolder,
  isLifted,
  onLift,
}: {
  /** Whether the user is one who may lift it. */
  readonly isHolder: boolean
  readonly isLifted: boolean
  readonly onLift: () => void
}) {
  return (
    <section className="blocked-strip wide" aria-label="Spärrad information">
      <span>
        <b>
          <Icon name="lock" /> Spärrad information finns
        </b>
        <span>
          {isLifted
            ? 'Du har hävt en spärr tillfälligt: se Öppnat av dig. Det kan finnas mer som är spärrat.'
            : 'Patienten har spärrat uppgifter för din enhet. Innehåll, enhet och tid visas inte. Fråga patienten i första hand.'}
        </span>
      </span>
      {isHolder ? (
        <button type="button" className="button violet" onClick={onLift}>
          Häv spärren i steg
        </button>
      ) : (
        <span>Läkare och sjuksköterskor i vården kan häva den.</span>
      )}
    </section>
  )
}
