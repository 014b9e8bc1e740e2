import { useState } from 'react'
import { Modal } from '../frame/modal.tsx'
import { type LetInApp, sinceWords, untilWords } from './apps.ts'

/** The apps, each with what it may do and a way to take that back. */
export function AppList({
  apps,
  onWithdraw,
}: {
  readonly apps: readonly LetInApp[]
  /** @throws Refusal when it could not be taken back */
  readonly onWithdraw: (app: LetInApp) => Promise<void>
}) {
  const [asked, setAsked] = useState<LetInApp>()
  if (apps.length === 0) {
    return <p role="status">Ingen app har åtkomst till din journal.</p>
  }
  return (
    <>
      <ul className="let-in">
        {apps.map((app) => (
          <li key={`${app.client} ${app.region}`}>
            <div>
              <h3>{app.name}</h3>
              <p>{app.regionName ?? app.region}</p>
              <p>Appen får:</p>
              <ul>
                {app.wishes.map((wish) => (
                  <li key={wish}>{wish}</li>
                ))}
              </ul>
              <p className="quiet">
                Du släppte in appen {sinceWords(app)}. Den har åtkomst {untilWords(app)}.
              </p>
            </div>
            <button type="button" className="button" onClick={() => setAsked(app)}>
              Ta bort åtkomsten
              <span className="heard"> för {app.name}</span>
            </button>
          </li>
        ))}
      </ul>
      {asked && (
        <WithdrawDialog app={asked} onWithdraw={onWithdraw} onClose={() => setAsked(undefined)} />
      )}
    </>
  )
}

function WithdrawDialog({
  app,
  onWithdraw,
  onClose,
}: {
  readonly app: LetInApp
  readonly onWithdraw: (app: LetInApp) => Promise<void>
  readonly onClose: () => void
}) {
  const [failure, setFailure] = useState<string>()
  const title = `Ta bort åtkomsten för ${app.name}?`
  const take = () =>
    onWithdraw(app).then(onClose, () =>
      setFailure('Åtkomsten kunde inte tas bort just nu. Försök igen.'),
    )
  return (
    <Modal label={title} onClose={onClose}>
      <h2>{title}</h2>
      <p>
        Appen kan inte hämta något mer ur din journal. Det som den redan har hämtat finns kvar i
        appen. Vill du använda appen igen får du släppa in den på nytt.
      </p>
      {failure && (
        <p className="failure" role="alert">
          {failure}
        </p>
      )}
      <div className="dialog-end">
        <button type="button" className="button" onClick={onClose}>
          Avbryt
        </button>
        <button type="button" className="button primary" onClick={() => void take()}>
          Ta bort åtkomsten
        </button>
      </div>
    </Modal>
  )
}
