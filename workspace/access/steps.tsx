import type { FormEvent, ReactNode } from 'react'
import { Icon, type IconName } from '../frame/icons.tsx'
import { Modal } from '../frame/modal.tsx'
import type { Identity } from '../patient/banner.ts'

const STEPS = ['Grund', 'Se var uppgifterna finns', 'Läs det som behövs'] as const

/** Opening what is closed, in deliberate steps; each is logged, and the patient is named in each. */
export function StepDialog({
  title,
  intro,
  identity,
  step,
  failure,
  next,
  isReady,
  onNext,
  onClose,
  children,
}: {
  readonly title: string
  readonly intro: string
  readonly identity: Identity
  readonly step: 1 | 2 | 3
  readonly failure: string | undefined
  /** What the button says that goes on. */
  readonly next: string
  readonly isReady: boolean
  readonly onNext: () => void
  readonly onClose: () => void
  readonly children: ReactNode
}) {
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isReady) onNext()
  }
  return (
    <Modal label={title} kind="steps" onClose={onClose}>
      <div className="step-head">
        <h2>
          <Icon name="lock" /> {title}
        </h2>
        <p>
          <b>{identity.name}</b>{' '}
          <span className="num quiet">
            {identity.personnummer} · {identity.about}
          </span>
        </p>
        <p className="quiet">{intro}</p>
      </div>
      <ol className="step-list" aria-label="Steg">
        {STEPS.map((words, index) => (
          <li key={words} aria-current={index + 1 === step ? 'step' : undefined}>
            <span className="step-number">{index + 1}</span> {words}
          </li>
        ))}
      </ol>
      <form onSubmit={submit} className="step-body">
        {children}
        {failure && (
          <p className="failure" role="alert">
            {failure}
          </p>
        )}
        <div className="step-end">
          <button type="button" className="button" onClick={onClose}>
            {step === 3 ? 'Stäng' : 'Avbryt'} <kbd>Esc</kbd>
          </button>
          {step < 3 && (
            <button type="submit" className="button violet" disabled={!isReady}>
              {next}
            </button>
          )}
        </div>
      </form>
    </Modal>
  )
}

/** A ground to choose, as a card with what it means. */
export interface GroundChoice<G extends string> {
  readonly ground: G
  readonly icon: IconName
  readonly title: string
  readonly words: string
}

/** One of several grounds. */
export function Grounds<G extends string>({
  choices,
  chosen,
  onChoose,
}: {
  readonly choices: readonly GroundChoice<G>[]
  readonly chosen: G
  readonly onChoose: (ground: G) => void
}) {
  return (
    <fieldset className="grounds">
      <legend className="heard">Grund</legend>
      {choices.map(({ ground, icon, title, words }) => (
        <label key={ground} className="ground">
          <input
            type="radio"
            name="ground"
            value={ground}
            checked={ground === chosen}
            onChange={() => onChoose(ground)}
          />
          <Icon name={icon} />
          <span>
            <b>{title}</b>
            <small>{words}</small>
          </span>
        </label>
      ))}
    </fieldset>
  )
}

/** What the user must affirm, each by itself. */
export function Affirmations({
  words,
  affirmed,
  onChange,
}: {
  readonly words: Readonly<Record<string, string>>
  readonly affirmed: readonly string[]
  readonly onChange: (affirmed: readonly string[]) => void
}) {
  const codes = Object.keys(words)
  if (codes.length === 0) return null
  return (
    <fieldset className="affirm">
      <legend>Jag intygar att</legend>
      {codes.map((code) => (
        <label key={code}>
          <input
            type="checkbox"
            checked={affirmed.includes(code)}
            onChange={({ target }) =>
              onChange(
                target.checked ? [...affirmed, code] : affirmed.filter((each) => each !== code),
              )
            }
          />
          {words[code]}
        </label>
      ))}
    </fieldset>
  )
}

const USUAL = ['Medvetandesänkt', 'Livshotande tillstånd', 'Okänd läkemedelsbehandling'] as const

/** A reason of one word answers for nothing. */
export const isReason = (reason: string) => reason.trim().length >= 5

/** Why it is needed, in the user's own words. */
export function ReasonField({
  reason,
  onChange,
}: {
  readonly reason: string
  readonly onChange: (reason: string) => void
}) {
  return (
    <div>
      <label className="field" htmlFor="step-reason">
        Varför behövs uppgifterna? <span className="needed">krävs</span>
      </label>
      <div className="usual">
        {USUAL.map((words) => (
          <button
            type="button"
            key={words}
            className="chip"
            onClick={() => onChange(reason.trim() ? `${reason.trim()} ${words}. ` : `${words}. `)}
          >
            {words}
          </button>
        ))}
      </div>
      <textarea
        id="step-reason"
        rows={2}
        maxLength={400}
        value={reason}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  )
}

/** What every opening means, said before it is made. */
export function LoggedNote() {
  return (
    <p className="logged-note">
      <Icon name="clock" />
      <span>
        Öppningen gäller bara dig, i högst 12 timmar. Den loggas, följs upp i loggranskningen och
        syns i patientens loggutdrag.
      </span>
    </p>
  )
}
