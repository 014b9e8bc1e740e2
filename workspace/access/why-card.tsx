import { useState } from 'react'
import { Icon } from '../frame/icons.tsx'
import { Card } from '../overview/card.tsx'
import type { PatientRecord } from '../patient/record.ts'
import type { Because } from './access.ts'
import { type By, explainOne, failureWords } from './access-client.ts'
import { shownThings } from './shown-things.ts'

/** Why the record is shown and what is not; and the same of any one thing in it. */
export function WhyCard({
  by,
  record,
  because,
  onReveal,
}: {
  readonly by: By
  readonly record: PatientRecord
  readonly because: readonly Because[]
  /** The user wants to see who a protected person is. */
  readonly onReveal: () => void
}) {
  const isProtected = because.some(({ rule }) => rule === 'protected-identity')
  return (
    <Card title="Varför du ser journalen" meta="och vad som inte visas">
      <Reasons because={because} />
      {isProtected && (
        <p className="buttons after">
          <button type="button" className="button" onClick={onReveal}>
            Visa skyddade personuppgifter
          </button>
        </p>
      )}
      <ExplainOne by={by} record={record} />
    </Card>
  )
}

function Reasons({ because }: { readonly because: readonly Because[] }) {
  return (
    <ul className="reasons">
      {because.map(({ isShown, words, paragraph }) => (
        <li key={words} className={isShown ? 'shown' : 'hidden'}>
          <Icon name={isShown ? 'relation' : 'lock'} />
          <span>
            <b>{isShown ? 'Visas' : 'Visas inte'}</b> {words} <small>{paragraph}</small>
          </span>
        </li>
      ))}
    </ul>
  )
}

function ExplainOne({ by, record }: { readonly by: By; readonly record: PatientRecord }) {
  const [because, setBecause] = useState<Because>()
  const [failure, setFailure] = useState<string>()
  const things = shownThings(record)
  const explain = (resource: string) => {
    setBecause(undefined)
    setFailure(undefined)
    if (resource === '') return
    explainOne(by, resource).then(setBecause, (cause) => setFailure(failureWords(cause)))
  }
  return (
    <div className="explain">
      <label className="field">
        Varför visas just den här uppgiften?
        <select defaultValue="" onChange={(event) => explain(event.target.value)}>
          <option value="">Välj en uppgift i journalen</option>
          {things.map(({ group, rows }) => (
            <optgroup key={group} label={group}>
              {rows.map(({ reference, words }) => (
                <option key={reference} value={reference}>
                  {words}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
      <div aria-live="polite">
        {because && <Reasons because={[because]} />}
        {failure && <p className="failure">{failure}</p>}
      </div>
    </div>
  )
}
