import type { FoundPatient } from '../patients/find.ts'
import type { ResultRow } from '../results/results.ts'
import { go, type PatientPageName, patientPath } from '../route.ts'
import type { IconName } from './icons.tsx'
import type { OpenPatient } from './open-patient.ts'
import type { Shortcut } from './shortcuts.ts'

/** The groups of the palette, in order. */
export const GROUPS = ['Provsvar', 'Läkemedel', 'Åtgärder', 'Patienter'] as const

/** A line of the palette. A result carries its answer, so that many questions end there. */
export interface PaletteHit {
  readonly key: string
  readonly group: (typeof GROUPS)[number]
  readonly icon: IconName
  readonly label: string
  readonly description?: string
  readonly result?: ResultRow
  /** The keys that do the same. */
  readonly keys?: string
  readonly run: () => void
}

/** What clinicians say for what the laboratory and the pharmacopoeia call otherwise. */
const SYNONYMS: Readonly<Record<string, string>> = {
  sr: 'sänka',
  krea: 'kreatinin',
  lpk: 'vita',
  gfr: 'egfr',
  långtidssocker: 'hba1c',
  blodvärde: 'hb',
  alvedon: 'paracetamol',
  panodil: 'paracetamol',
  waran: 'warfarin',
  eliquis: 'apixaban',
  lasix: 'furosemid',
  trombyl: 'acetylsalicylsyra',
}

const MOST = 6

/** The open record's results and drugs, and commands, that fit a text; `#` asks for results alone, `>` for commands. */
export function recordHits(
  text: string,
  patient: OpenPatient | undefined,
  commands: readonly Shortcut[],
): PaletteHit[] {
  const { only, fits } = wishOf(text)
  const { results, medications } = inRecord(text, patient)
  const all = [...(patient?.commands ?? []), ...commands]
  const actions = only === '' || only === '>' ? all.filter(({ words }) => fits(words)) : []
  return [
    ...results.slice(0, MOST).map((result) => resultHit(result, patient)),
    ...medications.slice(0, MOST).map(
      ({ id, name, strength, text: dosage }): PaletteHit => ({
        key: `medication ${id}`,
        group: 'Läkemedel',
        icon: 'medication',
        label: `${name} ${strength}`,
        description: dosage,
        run: () => openPage(patient, 'medications'),
      }),
    ),
    ...actions.map(actionHit),
  ]
}

/** What a group's name says where only the first of its hits are given: `6 av 14, skriv mer`. */
export function cutWords(
  text: string,
  patient: OpenPatient | undefined,
): Partial<Record<PaletteHit['group'], string>> {
  const { results, medications } = inRecord(text, patient)
  const words = (all: number) => (all > MOST ? `${MOST} av ${all}, skriv mer` : '')
  return { Provsvar: words(results.length), Läkemedel: words(medications.length) }
}

/** What of the open record fits a text. */
function inRecord(text: string, patient: OpenPatient | undefined) {
  const { only, word, fits } = wishOf(text)
  const isAsked = patient !== undefined && (word !== '' || only === '#') && only !== '>'
  return {
    results: isAsked && only !== '@' ? patient.results.filter(({ name }) => fits(name)) : [],
    medications: isAsked && only === '' ? patient.medications.filter(({ name }) => fits(name)) : [],
  }
}

function wishOf(text: string) {
  const [, only = '', rest = ''] = /^([@#>]?)\s*(.*)$/.exec(text.trim()) ?? []
  const word = rest.toLocaleLowerCase('sv')
  return { only, word, fits: (name: string) => fitsWord(name, word) }
}

/** Patients that were found, as lines of the palette. */
export function patientHits(people: readonly FoundPatient[]): PaletteHit[] {
  return people.map(({ id, name, personnummer, about }) => ({
    key: `patient ${id}`,
    group: 'Patienter',
    icon: 'person',
    label: name,
    description: `${personnummer} · ${about}`,
    run: () => go(patientPath({ scope: 'own', id })),
  }))
}

function openPage(patient: OpenPatient | undefined, page: PatientPageName): void {
  if (patient) go(patientPath(patient.place, page))
}

function fitsWord(name: string, word: string): boolean {
  const text = name.toLocaleLowerCase('sv')
  const meant = SYNONYMS[word]
  return text.includes(word) || (meant !== undefined && text.includes(meant))
}

function resultHit(result: ResultRow, patient: OpenPatient | undefined): PaletteHit {
  return {
    key: `result ${result.key}`,
    group: 'Provsvar',
    icon: 'result',
    label: result.name,
    result,
    run: () => openPage(patient, 'results'),
  }
}

function actionHit({ key, withControl, words, run }: Shortcut): PaletteHit {
  const keys = `${withControl ? 'Ctrl ' : ''}${key.toLocaleUpperCase('sv')}`
  return { key: `action ${words}`, group: 'Åtgärder', icon: 'go', label: words, keys, run }
}
