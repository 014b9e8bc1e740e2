import { useState } from 'react'
import { DateField } from '../frame/period-fields.tsx'
import type { Identity } from '../patient/banner.ts'
import type { Names } from './access.ts'
import { type By, register } from './access-client.ts'
import { sharedConsent } from './consent.ts'
import { FormDialog, nowWithOffset } from './form-dialog.tsx'

/** Registers that the patient lets us read what other care providers keep (2022:913 3:1). */
export function ConsentDialog({
  by,
  identity,
  names,
  onClose,
  onChanged,
}: {
  readonly by: By
  readonly identity: Identity
  readonly names: Names
  readonly onClose: () => void
  readonly onChanged: (words: string) => Promise<void>
}) {
  const { session } = by
  const { commission, user } = session
  const recipients = [
    { hsaId: commission.unit, name: names.of(commission.unit), words: 'Min enhet' },
    ...(names.ownProvider ? [{ ...names.ownProvider, words: 'Hela vårdgivaren' }] : []),
    { hsaId: user.hsaId, name: user.name, words: 'Bara jag' },
  ]
  const [recipient, setRecipient] = useState(commission.unit)
  const [until, setUntil] = useState('')
  const [agreed, setAgreed] = useState(false)

  const send = async () => {
    const chosen = recipients.find(({ hsaId }) => hsaId === recipient)
    if (!chosen) return
    const { hsaId, name } = chosen
    await register(
      by,
      sharedConsent({
        patient: by.id,
        recipient: { hsaId, name },
        sources: [],
        until,
        at: nowWithOffset(),
      }),
    )
    await onChanged('Samtycket är registrerat.')
  }

  return (
    <FormDialog
      title="Nytt samtycke"
      words="Patienten samtycker till att uppgifter hos andra vårdgivare läses, när de kan antas ha betydelse för vården. Det som patienten har spärrat förblir spärrat."
      identity={identity}
      submit="Registrera"
      isReady={agreed}
      onSubmit={send}
      onClose={onClose}
    >
      <fieldset className="choices">
        <legend>Vem får läsa</legend>
        {recipients.map(({ hsaId, name, words }) => (
          <label key={hsaId}>
            <input
              type="radio"
              name="recipient"
              checked={recipient === hsaId}
              onChange={() => setRecipient(hsaId)}
            />
            {words}: {name}
          </label>
        ))}
      </fieldset>
      <fieldset className="between">
        <legend>Hur länge (lämna tomt: tills patienten återkallar)</legend>
        <DateField words="Till och med" date={until} onChange={setUntil} />
      </fieldset>
      <label className="sure">
        <input
          type="checkbox"
          checked={agreed}
          onChange={({ target }) => setAgreed(target.checked)}
        />
        Patienten har själv samtyckt, och vet vad det innebär.
      </label>
    </FormDialog>
  )
}
