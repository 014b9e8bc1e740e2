import { useState } from 'react'
import { commissionWords, type Session } from '../login/session.ts'
import type { Overlay } from './frame.tsx'
import { Modal } from './modal.tsx'
import { useOpenPatient } from './open-patient.ts'
import { Palette } from './palette.tsx'
import { type Shortcut, setSingleKeys, singleKeysAct } from './shortcuts.ts'

interface Parts {
  readonly which: Overlay
  readonly session: Session
  readonly commands: readonly Shortcut[]
  readonly onClose: () => void
  readonly onSwitch: (commission: string) => void
}

/** What lies over the page: the command palette, the help, and the choice of commission. */
export function Overlays(parts: Parts) {
  if (parts.which === 'palette') return <Palette {...parts} />
  return parts.which === 'help' ? <Help {...parts} /> : <Commissions {...parts} />
}

function Help({ commands, onClose }: Parts) {
  const patient = useOpenPatient()
  const [act, setAct] = useState(singleKeysAct)
  return (
    <Modal label="Kortkommandon" onClose={onClose}>
      <h2>Kortkommandon</h2>
      <table className="keys">
        <caption className="heard">Tangenter och vad de gör</caption>
        <tbody>
          {[...commands, ...(patient?.commands ?? [])]
            .filter(({ key }) => key !== '')
            .map(({ key, withControl, words }) => (
              <tr key={words}>
                <td>
                  {withControl && <kbd>Ctrl</kbd>}{' '}
                  {key.split(' ').map((each) => (
                    <span key={each}>
                      <kbd>{each.toLocaleUpperCase('sv')}</kbd>{' '}
                    </span>
                  ))}
                </td>
                <th scope="row">{words}</th>
              </tr>
            ))}
        </tbody>
      </table>
      <label>
        <input
          type="checkbox"
          checked={act}
          onChange={(event) => {
            setSingleKeys(event.target.checked)
            setAct(event.target.checked)
          }}
        />{' '}
        Tangenter utan Ctrl är på
      </label>
      <div className="dialog-end">
        <button type="button" className="button" onClick={onClose}>
          Stäng
        </button>
      </div>
    </Modal>
  )
}

function Commissions({ session, onSwitch, onClose }: Parts) {
  const { commission, commissions } = session
  const own = commissions.length > 0 ? commissions : [commission]
  return (
    <Modal label="Byt uppdrag" onClose={onClose}>
      <h2>Byt uppdrag</h2>
      <p>Uppdraget avgör vilka journaler du får öppna och varför.</p>
      <div className="commissions">
        {own.map((each) => {
          const isCurrent = each.hsaId === commission.hsaId
          const { title, rest } = commissionWords(each)
          return (
            <button
              type="button"
              key={each.hsaId}
              aria-current={isCurrent}
              onClick={() => {
                onClose()
                if (!isCurrent) onSwitch(each.hsaId)
              }}
            >
              <b>{title}</b>
              <small>
                {rest}
                {isCurrent ? ' · valt nu' : ''}
              </small>
            </button>
          )
        })}
      </div>
    </Modal>
  )
}
