import type { Parameters } from 'fhir/r4'
import { useState } from 'react'
import { Icon } from '../frame/icons.tsx'
import type { Identity } from '../patient/banner.ts'
import { expiresIn, type Place, placesIn } from './access.ts'
import { type By, failureWords, operate } from './access-client.ts'
import { momentWords } from './opened-card.tsx'
import {
  Affirmations,
  type GroundChoice,
  Grounds,
  isReason,
  LoggedNote,
  ReasonField,
  StepDialog,
} from './steps.tsx'

type Ground = 'consent' | 'emergency' | 'incapacity'

const GROUNDS: readonly GroundChoice<Ground>[] = [
  {
    ground: 'consent',
    icon: 'relation',
    title: 'Patienten samtycker',
    words: 'Samtycket ska vara registrerat (lag 2022:913, 3 kap. 1 §)',
  },
  {
    ground: 'emergency',
    icon: 'alert',
    title: 'Nödöppning',
    words:
      'Fara för liv eller allvarlig risk för hälsan, och samtycke går inte att få (3 kap. 6 §)',
  },
  {
    ground: 'incapacity',
    icon: 'person',
    title: 'Patienten kan inte samtycka',
    words: 'Och saknar förmågan inte bara tillfälligt (3 kap. 3 §)',
  },
]

/** What the act asks the user to judge, in its order: before one learns who has records, and before one reads them. */
const SOURCES: Readonly<Record<Ground, Readonly<Record<string, string>>>> = {
  consent: {},
  emergency: {
    danger: 'det är fara för patientens liv, eller annars allvarlig risk för patientens hälsa',
    'no-consent-possible': 'patientens samtycke inte går att få',
  },
  incapacity: {
    'lasting-incapacity': 'patienten inte bara tillfälligt saknar förmåga att samtycka',
  },
}

const CONTENT: Readonly<Record<Ground, Readonly<Record<string, string>>>> = {
  consent: { relevant: 'uppgifterna kan antas ha betydelse för vården' },
  emergency: {
    indispensable:
      'uppgifterna kan antas ha betydelse för vård som patienten oundgängligen behöver',
  },
  incapacity: {
    necessary: 'uppgifterna kan antas ha betydelse för vård som är nödvändig',
    'attitude-clarified': 'patientens inställning har klarlagts så långt det går',
    'no-reason-to-object': 'det inte finns anledning att anta att patienten skulle ha sagt nej',
  },
}

/** Opening what other care providers keep, in the act's order: ground, who has records, then what they say. */
export function OpenDialog({
  by,
  identity,
  ground: first,
  onClose,
  onChanged,
}: {
  readonly by: By
  readonly identity: Identity
  readonly ground: Ground
  readonly onClose: () => void
  readonly onChanged: (words: string) => Promise<void>
}) {
  const [step, setStep] = useState<1 | 2 | 3>(1)
  const [ground, setGround] = useState(first)
  const [reason, setReason] = useState('')
  const [affirmed, setAffirmed] = useState<readonly string[]>([])
  const [sources, setSources] = useState<readonly Place[]>([])
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [until, setUntil] = useState('')
  const [failure, setFailure] = useState<string>()

  const asked = step === 1 ? SOURCES[ground] : CONTENT[ground]
  const isAffirmed = Object.keys(asked).every((each) => affirmed.includes(each))
  const needsReason = ground !== 'consent'
  const isReady =
    isAffirmed && (!needsReason || isReason(reason)) && (step === 1 || chosen.length > 0)

  const next = () => {
    setFailure(undefined)
    const word = ground === 'emergency' ? 'open-emergency' : 'open-shared'
    const given = {
      reason: reason.trim(),
      affirm: affirmed,
      ...(ground !== 'emergency' && { ground }),
      ...(step === 2 && { provider: chosen }),
    }
    operate(by, word, given)
      .then(step === 1 ? seeWho : opened)
      .catch((cause) => setFailure(failureWords(cause)))
  }
  const seeWho = (answer: Parameters) => {
    const found = placesIn(answer, 'source')
    setSources(found)
    setStep(2)
  }
  const opened = async (answer: Parameters) => {
    setUntil(expiresIn(answer))
    await onChanged('Andra vårdgivares uppgifter är öppnade för dig.')
    setStep(3)
  }

  return (
    <StepDialog
      title={ground === 'emergency' ? 'Nödöppning' : 'Öppna andra vårdgivares uppgifter'}
      intro="Andra vårdgivare har uppgifter om patienten. Vilka det är visas först i steg 2, och innehållet i steg 3."
      identity={identity}
      step={step}
      failure={failure}
      next={step === 1 ? 'Fortsätt till steg 2' : 'Öppna och läs'}
      isReady={isReady}
      onNext={next}
      onClose={onClose}
    >
      {step === 1 && (
        <>
          <Grounds
            choices={GROUNDS}
            chosen={ground}
            onChoose={(each) => {
              setGround(each)
              setAffirmed([])
            }}
          />
          <Affirmations words={asked} affirmed={affirmed} onChange={setAffirmed} />
          {needsReason && <ReasonField reason={reason} onChange={setReason} />}
          <LoggedNote />
        </>
      )}
      {step === 2 && (
        <>
          <Sources sources={sources} chosen={chosen} onChoose={setChosen} />
          <Affirmations words={asked} affirmed={affirmed} onChange={setAffirmed} />
        </>
      )}
      {step === 3 && (
        <p className="done">
          Öppnat för dig till {momentWords(until)}: {namesOf(sources, chosen)}. Uppgifterna finns nu
          i journalen. Stäng dem under Öppnat av dig när du är klar.
        </p>
      )}
    </StepDialog>
  )
}

const namesOf = (sources: readonly Place[], chosen: readonly string[]) =>
  sources
    .filter(({ provider }) => chosen.includes(provider))
    .map(({ name }) => name)
    .join(', ')

function Sources({
  sources,
  chosen,
  onChoose,
}: {
  readonly sources: readonly Place[]
  readonly chosen: readonly string[]
  readonly onChoose: (chosen: readonly string[]) => void
}) {
  if (sources.length === 0)
    return <p className="empty">Ingen har uppgifter som får visas så här.</p>
  return (
    <fieldset className="affirm">
      <legend>Uppgifter finns hos</legend>
      {sources.map(({ provider, name, blocked }) =>
        blocked ? (
          <p key={provider} className="blocked-source">
            <Icon name="lock" /> <b>{name}</b> har spärrat sina uppgifter. Bara de kan häva spärren:
            ring dem och be om det.
          </p>
        ) : (
          <label key={provider}>
            <input
              type="checkbox"
              checked={chosen.includes(provider)}
              onChange={({ target: { checked } }) =>
                onChoose(
                  checked ? [...chosen, provider] : chosen.filter((each) => each !== provider),
                )
              }
            />
            {name}
          </label>
        ),
      )}
    </fieldset>
  )
}
