import { type FormEvent, useState } from 'react'
import { Modal } from '../frame/modal.tsx'
import type { FoundPatient } from '../patients/find.ts'

const USUAL = [
  'Konsultation på begäran av behandlande läkare',
  'Patienten söker vård hos oss nu',
  'Telefonrådgivning',
]

/** Asks why a record is opened where no care relation is known (PDL 4 kap. 1 §). The answer is logged and followed up. */
export function ReasonDialog({
  who,
  isStopped,
  onReason,
  onCancel,
}: {
  /** Whose record it is, where the user has found them by a search. */
  readonly who: FoundPatient | undefined
  readonly isStopped: boolean
  /** @throws Refusal when it opens nothing */
  readonly onReason: (reason: string) => Promise<void>
  readonly onCancel: () => void
}) {
  const [reason, setReason] = useState('')
  const [failure, setFailure] = useState<string>()
  const isEnough = reason.trim().length >= 5
  const open = (event: FormEvent) => {
    event.preventDefault()
    const failed = () => setFailure('Journalen öppnades inte. Försök igen om en stund.')
    if (isEnough) onReason(reason.trim()).catch(failed)
  }
  return (
    <Modal label="Ingen vårdrelation är känd" onClose={onCancel}>
      <h2>Ingen vårdrelation är känd</h2>
      {who && (
        <p className="about">
          <b>{who.name}</b> <span className="num">{who.personnummer}</span> · {who.about}
        </p>
      )}
      <p>
        Du får öppna journalen om du deltar i vården av patienten eller av annat skäl behöver
        uppgifterna för ditt arbete inom hälso- och sjukvården (PDL 4 kap. 1 §). Skriv varför.
        Skälet sparas i åtkomstloggen, som följs upp och som patienten kan begära ut.
      </p>
      {isStopped && (
        <p className="failure">
          Du har slagit upp ovanligt många personer utan vårdrelation. Den här patienten öppnas
          därför bara om du anger att du deltar i vården. Loggranskaren har fått ett larm.
        </p>
      )}
      {failure && (
        <p className="failure" role="alert">
          {failure}
        </p>
      )}
      <form onSubmit={open}>
        <label className="field">
          Skäl, minst fem tecken
          <input
            // biome-ignore lint/a11y/noAutofocus: the dialog asks one thing
            autoFocus
            value={reason}
            maxLength={200}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
        <div className="usual">
          {USUAL.map((words) => (
            <button type="button" key={words} className="chip" onClick={() => setReason(words)}>
              {words}
            </button>
          ))}
        </div>
        <div className="dialog-end">
          <button type="button" className="button" onClick={onCancel}>
            Avbryt
          </button>
          <button type="submit" className="button primary" disabled={!isEnough}>
            Öppna journalen
          </button>
        </div>
      </form>
    </Modal>
  )
}
