import { type KeyboardEvent, useEffect, useMemo, useState } from 'react'
import { type Session, worksWithRecords } from '../login/session.ts'
import { type FoundPatient, findPatients } from '../patients/find.ts'
import { Value } from '../results/figure.tsx'
import { Spark } from '../results/spark.tsx'
import { momentText } from '../words.ts'
import { Icon } from './icons.tsx'
import { Modal } from './modal.tsx'
import { type OpenPatient, useOpenPatient } from './open-patient.ts'
import { cutWords, GROUPS, type PaletteHit, patientHits, recordHits } from './palette-hits.ts'
import type { Shortcut } from './shortcuts.ts'

/** What the palette finds, in words. */
export const paletteWords = (session: Session): string =>
  worksWithRecords(session) ? 'Sök patient, prov, läkemedel eller åtgärd' : 'Sök åtgärd'

/** Finds patients, the open record's results and drugs with their answers, and what can be done. It never signs anything. */
export function Palette({
  session,
  commands,
  onClose,
}: {
  readonly session: Session
  readonly commands: readonly Shortcut[]
  readonly onClose: () => void
}) {
  const open = useOpenPatient()
  const [isReleased, setReleased] = useState(false)
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const patient = isReleased ? undefined : open
  const { people, hasMore, said } = useFound(session, text)
  const hits = useMemo(
    () => [...recordHits(text, patient, commands), ...patientHits(people)],
    [text, patient, commands, people],
  )
  const current = hits[Math.min(at, hits.length - 1)]
  const choose = (hit: PaletteHit | undefined) => {
    if (!hit) return
    onClose()
    hit.run()
  }
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      setAt((Math.min(at, hits.length - 1) + step + hits.length) % Math.max(1, hits.length))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      choose(current)
    } else if (event.key === 'Backspace' && text === '') setReleased(true)
  }
  return (
    <Modal label="Sök patient eller åtgärd" kind="palette" onClose={onClose}>
      {patient && <PatientChip patient={patient} />}
      <div className="palette-field">
        <Icon name="search" />
        <input
          // biome-ignore lint/a11y/noAutofocus: the dialog is for nothing else
          autoFocus
          role="combobox"
          aria-label={paletteWords(session)}
          aria-expanded={hits.length > 0}
          aria-controls="palette-hits"
          aria-activedescendant={current && optionId(current)}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          placeholder={paletteWords(session)}
          value={text}
          onKeyDown={press}
          onChange={(event) => {
            setText(event.target.value)
            setAt(0)
          }}
        />
      </div>
      <Hits hits={hits} cut={cutWords(text, patient)} current={current} onChoose={choose} />
      <p className="palette-said" role="status">
        {said ?? (hits.length === 0 ? 'Inget hittades.' : '')}
        {hasMore && 'Fler patienter har det namnet. Skriv mer av det, eller hela personnumret.'}
      </p>
      <PaletteFoot />
    </Modal>
  )
}

const optionId = (hit: PaletteHit) => `hit-${hit.key.replaceAll(/\W/g, '-')}`

function PatientChip({ patient }: { readonly patient: OpenPatient }) {
  return (
    <p className="palette-patient">
      <span className="chip new">
        <Icon name="person" />
        {patient.name} · {patient.personnummer}
      </span>
      <span>träffar ur den här journalen först</span>
      <span>
        <kbd>Backspace</kbd> släpp patienten
      </span>
    </p>
  )
}

function Hits({
  hits,
  cut,
  current,
  onChoose,
}: {
  readonly hits: readonly PaletteHit[]
  readonly cut: ReturnType<typeof cutWords>
  readonly current: PaletteHit | undefined
  readonly onChoose: (hit: PaletteHit) => void
}) {
  const id = current && optionId(current)
  useEffect(() => {
    if (id) document.getElementById(id)?.scrollIntoView({ block: 'nearest' })
  }, [id])
  return (
    <div role="listbox" id="palette-hits" aria-label="Träffar" className="palette-list">
      {GROUPS.map((group) => {
        const own = hits.filter((hit) => hit.group === group)
        if (own.length === 0) return null
        return (
          // biome-ignore lint/a11y/useSemanticElements: a group of options is no fieldset
          <div role="group" aria-labelledby={`hits-${group}`} key={group}>
            <p role="presentation" className="group-name" id={`hits-${group}`}>
              {[group, cut[group]].filter(Boolean).join(' · ')}
            </p>
            {own.map((hit) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keyboard, as a combobox does
              <div
                key={hit.key}
                role="option"
                id={optionId(hit)}
                aria-selected={hit === current}
                tabIndex={-1}
                className="hit"
                onClick={() => onChoose(hit)}
              >
                <Hit hit={hit} />
              </div>
            ))}
          </div>
        )
      })}
    </div>
  )
}

function Hit({ hit: { icon, label, description, result, keys } }: { readonly hit: PaletteHit }) {
  return (
    <>
      <Icon name={icon} />
      <b>{label}</b>
      {result && (
        <>
          <Value text={result.value} mark={result.mark} />
          <span className="quiet">
            {result.unit} {momentText(result.at)}
          </span>
          <Spark points={result.trend} interval={result.interval} mark={result.mark} />
        </>
      )}
      {description && <span className="quiet">{description}</span>}
      {keys && <kbd>{keys}</kbd>}
    </>
  )
}

function PaletteFoot() {
  return (
    <p className="palette-foot">
      <span>
        <kbd>↑</kbd> <kbd>↓</kbd> välj
      </span>
      <span>
        <kbd>↵</kbd> öppna
      </span>
      <span>
        <kbd>Esc</kbd> stäng
      </span>
      <span className="end">@ patient · # prov · &gt; åtgärd</span>
    </p>
  )
}

/** How long after the last key a search is sent, in milliseconds. */
const PAUSE_MS = 90
const MOST = 8

interface FoundPeople {
  readonly people: readonly FoundPatient[]
  readonly hasMore: boolean
  /** What is said of the search, where it isn't its hits. */
  readonly said: string | undefined
}

const NOBODY: FoundPeople = { people: [], hasMore: false, said: undefined }
const SEARCHING: FoundPeople = { ...NOBODY, said: 'Söker patienter …' }

/** Patients for what is typed, and never for what was typed before: Enter must not open somebody else. */
function useFound(session: Session, typed: string): FoundPeople {
  const [found, setFound] = useState<FoundPeople & { readonly of: string }>()
  const text = typed.replace(/^@\s*/, '').trim()
  // Who reviews the log or runs the system opens no records, and is not to be noted as having tried.
  const isAsked = text.length >= 2 && !/^[#>]/.test(text) && worksWithRecords(session)
  useEffect(() => {
    if (!isAsked) return
    const stop = new AbortController()
    const tell = (answer: Partial<FoundPeople>) => {
      if (!stop.signal.aborted) setFound({ ...NOBODY, ...answer, of: text })
    }
    const wait = window.setTimeout(() => {
      findPatients(session, text, MOST, stop.signal)
        .then(({ patients, hasMore }) => tell({ people: patients, hasMore }))
        .catch(() => tell({ said: 'Patienter kunde inte sökas just nu.' }))
    }, PAUSE_MS)
    return () => {
      window.clearTimeout(wait)
      stop.abort()
    }
  }, [session, text, isAsked])
  if (!isAsked) return NOBODY
  return found?.of === text ? found : SEARCHING
}
