import { useState } from 'react'
import type { Identity } from '../patient/banner.ts'
import { type By, operate } from './access-client.ts'
import { FormDialog } from './form-dialog.tsx'
import { isReason } from './steps.tsx'

/** Shows who a protected person is and where they live, to this user and for an hour (OSL 22:1). */
export function RevealDialog({
  by,
  identity,
  onClose,
  onChanged,
}: {
  readonly by: By
  readonly identity: Identity
  readonly onClose: () => void
  readonly onChanged: (words: string) => Promise<void>
}) {
  const [reason, setReason] = useState('')
  const send = async () => {
    await operate(by, 'reveal', { reason: reason.trim() })
    await onChanged('Personuppgifterna visas för dig i en timme.')
  }
  return (
    <FormDialog
      title="Visa skyddade personuppgifter"
      words="Visa dem bara om arbetet kräver det, och se till att ingen annan kan läsa på skärmen. Att de visas loggas och följs upp."
      identity={identity}
      submit="Visa i en timme"
      isReady={isReason(reason)}
      onSubmit={send}
      onClose={onClose}
    >
      <label className="field">
        Varför behövs de? Minst fem tecken
        <input value={reason} maxLength={200} onChange={({ target }) => setReason(target.value)} />
      </label>
    </FormDialog>
  )
}
