import type { Parameters } from 'fhir/r4'
import { useState } from 'react'
import { type Period, PeriodFields } from '../frame/period-fields.tsx'
import type { Identity } from '../patient/banner.ts'
import { expiresIn, type Place, placesIn } from './access.ts'
import { type By, failureWords, operate } from './access-client.ts'
import { momentWords } from './opened-card.tsx'
import {
  type GroundChoice,
  Grounds,
  isReason,
  LoggedNote,
  ReasonField,
  StepDialog,
} from './steps.tsx'

const GROUNDS: readonly GroundChoice<'consent' | 'indispensable'>[] = [
  {
    ground: 'consent',
    icon: 'relation',
    title: 'Patienten samtycker nu',
    words: 'Spärren hävs tillfälligt, bara för dig',
  },
  {
    ground: 'indispensable',
    icon: 'alert',
    title: 'Nödöppning',
    words:
      'Samtycke går inte att få, och uppgifterna kan ha betydelse för vård som patienten oundgängligen behöver',
  },
]

/** Lifting a block in two deliberate steps (PDL 4:5): first who has blocked, then only what matters. */
export function LiftDialog({
  by,
  identity,
  hasChosen,
  onClose,
  onChanged,
}: {
  readonly by: By
  readonly identity: Identity
  /** Whether the user has chosen to see other units' records: without that a lifted block shows nothing. */
  readonly hasChosen: boolean
  readonly onClose: () => void
  readonly onChanged: (words: string) => Promise<void>
}) {
  const [step, setStep] = useState<1 | 2 | 3>(1)
  const [ground, setGround] = useState<'consent' | 'indispensable'>('consent')
  const [reason, setReason] = useState('')
  const [blocks, setBlocks] = useState<readonly Place[]>([])
  const [chosen, setChosen] = useState<readonly Place[]>([])
  const [period, setPeriod] = useState({ from: '', to: '' })
  const [until, setUntil] = useState('')
  const [failure, setFailure] = useState<string>()

  const ask = (more: Parameters['parameter'] = []) =>
    operate(by, 'lift-block', { ground, reason: reason.trim(), ...dates(period) }, more)
  const next = () => {
    setFailure(undefined)
    const choice = step === 2 && !hasChosen ? operate(by, 'choose-units') : Promise.resolve()
    const done = choice.then(() =>
      step === 1 ? ask().then(seeWhere) : ask(chosen.map(target)).then(opened),
    )
    done.catch((cause) => setFailure(failureWords(cause)))
  }
  const seeWhere = (answer: Parameters) => {
    const found = placesIn(answer, 'block')
    setBlocks(found)
    setChosen(found.length === 1 ? found : [])
    setStep(2)
  }
  const opened = async (answer: Parameters) => {
    setUntil(expiresIn(answer))
    await onChanged('Spärren är hävd tillfälligt för dig.')
    setStep(3)
  }

  return (
    <StepDialog
      title="Spärrad information finns"
      intro={
        step === 1
          ? 'Patienten har spärrat uppgifter för din enhet. Innehåll, enhet och tid visas inte. Fråga patienten i första hand.'
          : 'Öppna bara det som kan antas ha betydelse för vården (PDL 4 kap. 5 §).'
      }
      identity={identity}
      step={step}
      failure={failure}
      next={step === 1 ? 'Fortsätt till steg 2' : 'Häv för mig och läs'}
      isReady={step === 1 ? isReason(reason) : chosen.length > 0}
      onNext={next}
      onClose={onClose}
    >
      {step === 1 && (
        <>
          <Grounds choices={GROUNDS} chosen={ground} onChoose={setGround} />
          <ReasonField reason={reason} onChange={setReason} />
          <LoggedNote />
        </>
      )}
      {step === 2 && (
        <>
          <Where blocks={blocks} chosen={chosen} onChoose={setChosen} />
          {blocks.length > 0 && (
            <PeriodFields
              words="Bara uppgifter från tiden (lämna tomt för alla)"
              period={period}
              onChange={setPeriod}
            />
          )}
          {!hasChosen && blocks.length > 0 && (
            <p className="quiet">
              Du väljer samtidigt att se andra enheters uppgifter hos vårdgivaren.
            </p>
          )}
        </>
      )}
      {step === 3 && (
        <p className="done">
          Hävt för dig till {momentWords(until)}: {chosen.map(({ name }) => name).join('; ')}.
          Uppgifterna finns nu i journalen. Stäng dem under Öppnat av dig när du är klar.
        </p>
      )}
    </StepDialog>
  )
}

function Where({
  blocks,
  chosen,
  onChoose,
}: {
  readonly blocks: readonly Place[]
  readonly chosen: readonly Place[]
  readonly onChoose: (chosen: readonly Place[]) => void
}) {
  if (blocks.length === 0) {
    return (
      <p className="empty">
        Det finns ingen spärr som kan hävas härifrån. Spärren finns hos en annan vårdgivare, eller
        är redan hävd för dig. En annan vårdgivares spärr kan bara hävas där: ta kontakt med dem.
      </p>
    )
  }
  return (
    <fieldset className="affirm">
      <legend>Spärrade uppgifter finns hos</legend>
      {blocks.map((each) => (
        <label key={`${each.unit} ${each.process}`}>
          <input
            type="checkbox"
            checked={chosen.includes(each)}
            onChange={({ target: { checked } }) =>
              onChoose(checked ? [...chosen, each] : chosen.filter((one) => one !== each))
            }
          />
          {each.name}
        </label>
      ))}
    </fieldset>
  )
}

const dates = ({ from, to }: Period) => ({
  ...(from && { start: from }),
  ...(to && { end: to }),
})

const target = ({ unit, process }: Place) => ({
  name: 'block',
  part: [
    ...(unit ? [{ name: 'unit', valueString: unit }] : []),
    ...(process ? [{ name: 'process', valueString: process }] : []),
  ],
})
