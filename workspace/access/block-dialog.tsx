import { useState } from 'react'
import { PeriodFields } from '../frame/period-fields.tsx'
import type { Identity } from '../patient/banner.ts'
import type { Names, Organisation } from './access.ts'
import { type By, register } from './access-client.ts'
import { type BlockedPlace, blockConsent } from './consent.ts'
import { FormDialog, nowWithOffset } from './form-dialog.tsx'

/** Registers a block that the patient asks for (PDL 4:4; 2022:913 2:3). */
export function BlockDialog({
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
  const [kind, setKind] = useState<Kind>('inner-block')
  const [value, setValue] = useState(by.session.commission.unit)
  const [period, setPeriod] = useState({ from: '', to: '' })
  const [exempt, setExempt] = useState({ drugs: false, alerts: true })
  const [byPatient, setByPatient] = useState(false)
  const choices = choicesFor(kind, names, by.session.processes)
  const chosen = choices.find((each) => each.value === value)?.whose

  const send = async () => {
    if (!chosen) return
    await register(
      by,
      blockConsent({
        patient: by.id,
        kind,
        whose: chosen,
        ...period,
        exemptDrugs: exempt.drugs,
        exemptAlerts: exempt.alerts,
        at: nowWithOffset(),
      }),
    )
    await onChanged('Spärren är registrerad.')
  }

  return (
    <FormDialog
      title="Ny spärr"
      words="Patienten bestämmer själv vad som spärras. Berätta att spärrade uppgifter inte syns för dem som vårdar, att det syns att spärrad information finns, och att spärren kan hävas när som helst."
      identity={identity}
      submit="Spärra"
      isReady={chosen !== undefined && byPatient}
      onSubmit={send}
      onClose={onClose}
    >
      <KindField kind={kind} onChange={setKind} />
      <label className="field">
        Uppgifter som spärras
        <select value={value} onChange={({ target }) => setValue(target.value)}>
          {!chosen && <option value={value}>Välj</option>}
          {choices.map((each) => (
            <option key={each.value} value={each.value}>
              {each.words}
            </option>
          ))}
        </select>
      </label>
      <PeriodFields words="Från tiden (lämna tomt för allt)" period={period} onChange={setPeriod} />
      <ExemptField exempt={exempt} onChange={setExempt} />
      <label className="sure">
        <input
          type="checkbox"
          checked={byPatient}
          onChange={({ target }) => setByPatient(target.checked)}
        />
        Patienten har själv begärt spärren. En vårdnadshavare kan inte spärra ett barns journal.
      </label>
    </FormDialog>
  )
}

interface Choice {
  readonly value: string
  readonly words: string
  readonly whose: BlockedPlace
}

/** What can be closed: units; to other providers also all of it; inside the provider also its care processes (PDL 4:4). */
function choicesFor(
  kind: Kind,
  { units, ownProvider }: Names,
  processes: readonly string[],
): readonly Choice[] {
  const choice = (of: 'unit' | 'provider', words: string) => (place: Organisation) => ({
    value: place.hsaId,
    words: `${words} ${place.name}`,
    whose: { kind: of, place },
  })
  const ofUnits = units.map(choice('unit', 'Uppgifter från'))
  if (kind === 'outer-block') {
    return ownProvider ? [choice('provider', 'Allt hos')(ownProvider), ...ofUnits] : ofUnits
  }
  const ofProcesses = processes.map((name) => ({
    value: `process ${name}`,
    words: `Uppgifter i vårdprocessen ${name}`,
    whose: { kind: 'process', name } as const,
  }))
  return [...ofUnits, ...ofProcesses]
}

type Kind = 'inner-block' | 'outer-block'

const KINDS: readonly (readonly [Kind, string])[] = [
  ['inner-block', 'Inre spärr: mot andra enheter och vårdprocesser hos vårdgivaren'],
  ['outer-block', 'Yttre spärr: mot andra vårdgivare'],
]

function KindField({
  kind,
  onChange,
}: {
  readonly kind: Kind
  readonly onChange: (kind: Kind) => void
}) {
  return (
    <fieldset className="choices">
      <legend>Mot vilka</legend>
      {KINDS.map(([each, words]) => (
        <label key={each}>
          <input type="radio" name="kind" checked={kind === each} onChange={() => onChange(each)} />
          {words}
        </label>
      ))}
    </fieldset>
  )
}

interface Exempt {
  readonly drugs: boolean
  readonly alerts: boolean
}

const EXEMPT: readonly (readonly [keyof Exempt, string])[] = [
  ['alerts', 'Uppmärksamhetsinformation, till exempel överkänslighet'],
  ['drugs', 'Läkemedel'],
]

function ExemptField({
  exempt,
  onChange,
}: {
  readonly exempt: Exempt
  readonly onChange: (exempt: Exempt) => void
}) {
  return (
    <fieldset className="choices">
      <legend>Det här spärras inte</legend>
      {EXEMPT.map(([each, words]) => (
        <label key={each}>
          <input
            type="checkbox"
            checked={exempt[each]}
            onChange={({ target }) => onChange({ ...exempt, [each]: target.checked })}
          />
          {words}
        </label>
      ))}
    </fieldset>
  )
}
