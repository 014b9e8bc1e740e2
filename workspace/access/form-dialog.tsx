import { type FormEvent, type ReactNode, useState } from 'react'
import { Modal } from '../frame/modal.tsx'
import type { Identity } from '../patient/banner.ts'
import { failureWords } from './access-client.ts'

/** Registers what the patient has decided: who the patient is, the form, and what went wrong if it did. */
export function FormDialog({
  title,
  words,
  identity,
  submit,
  isReady,
  onSubmit,
  onClose,
  children,
}: {
  readonly title: string
  readonly words: string
  readonly identity: Identity
  readonly submit: string
  readonly isReady: boolean
  readonly onSubmit: () => Promise<void>
  readonly onClose: () => void
  readonly children: ReactNode
}) {
  const [failure, setFailure] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!isReady || isBusy) return
    setBusy(true)
    setFailure(undefined)
    onSubmit().then(onClose, (cause) => {
      setBusy(false)
      setFailure(failureWords(cause))
    })
  }
  return (
    <Modal label={title} kind="form" onClose={onClose}>
      <h2>{title}</h2>
      <p className="about">
        {identity.name} · <span className="num">{identity.personnummer}</span> · {identity.about}
      </p>
      <p>{words}</p>
      <form onSubmit={send}>
        {children}
        {failure && (
          <p className="failure" role="alert">
            {failure}
          </p>
        )}
        <div className="dialog-end">
          <button type="button" className="button" onClick={onClose}>
            Avbryt
          </button>
          <button type="submit" className="button primary" disabled={!isReady || isBusy}>
            {isBusy ? 'Registrerar …' : submit}
          </button>
        </div>
      </form>
    </Modal>
  )
}

/** Now, as FHIR writes it, with the offset of the day. */
export function nowWithOffset(now = new Date()): string {
  const minutes = -now.getTimezoneOffset()
  const local = new Date(now.getTime() + minutes * 60_000).toISOString().slice(0, 19)
  const pad = (value: number) => String(Math.floor(Math.abs(value))).padStart(2, '0')
  return `${local}${minutes < 0 ? '-' : '+'}${pad(minutes / 60)}:${pad(minutes % 60)}`
}
