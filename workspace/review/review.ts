import type { AuditEvent, Bundle } from 'fhir/r4'

/** A check of the log, as the server keeps it. Times are ISO instants. */
export interface Check {
  readonly id: string
  readonly kind: 'sample' | 'suspicion'
  readonly since: string
  readonly until: string
  readonly seed: string
  /** Visits that it was drawn from. */
  readonly population: number
  readonly size: number
  readonly decided: number
  readonly madeBy: string
  readonly madeAt: string
}

/** One person's access to one patient on one day, to be judged. */
export interface CheckItem {
  readonly number: number
  /** HSA-id. */
  readonly person: string
  readonly name: string
  readonly title: string | undefined
  readonly unitName: string | undefined
  readonly unit: string
  readonly patient: string
  readonly first: string
  readonly last: string
  readonly entries: number
  readonly score: number
  readonly explanations: readonly string[]
  readonly signs: readonly string[]
  readonly outcome: OutcomeWord | null
  readonly note: string | null
  readonly decidedAt: string | null
}

export const OUTCOMES = ['justified', 'question', 'unjustified', 'reported'] as const
export type OutcomeWord = (typeof OUTCOMES)[number]

/** What each outcome is called. All but the first need a note. */
export const OUTCOME_WORDS: Readonly<Record<OutcomeWord, string>> = {
  justified: 'I sin ordning',
  question: 'Fråga medarbetaren',
  unjustified: 'Inte i sin ordning',
  reported: 'Anmäld',
}

export const KIND_WORDS: Readonly<Record<Check['kind'], string>> = {
  sample: 'Stickprov',
  suspicion: 'Avvikande åtkomst',
}

const SIGNS: Readonly<Record<string, string>> = {
  'own-record': 'egen journal',
  'same-name': 'samma namn',
  'same-family-name': 'samma efternamn',
  'same-address': 'samma adress',
  neighbour: 'granne',
  colleague: 'patienten är anställd här',
  protected: 'skyddade personuppgifter',
  'emergency-without-note': 'nödöppning utan anteckning',
  'stated-reason': 'angivet skäl, ingen vårdrelation',
  denied: 'nekat försök',
  'many-patients': 'ovanligt många patienter',
  night: 'nattetid',
}

const EXPLANATIONS: Readonly<Record<string, string>> = {
  relation: 'vårdrelation',
  documented: 'skrev i journalen samma dag',
  consent: 'samtycke',
}

/** Why a visit is worth a look, in words. */
export const signWords = ({ signs }: Pick<CheckItem, 'signs'>) =>
  signs.map((each) => SIGNS[each] ?? each)

/** What accounts for a visit, in words. */
export const explanationWords = ({ explanations }: Pick<CheckItem, 'explanations'>) =>
  explanations.map((each) => EXPLANATIONS[each] ?? each)

/** The item to judge after this one: the next that nobody has decided, from the top when there is none below. */
export function nextUndecided(items: readonly CheckItem[], after: number): CheckItem | undefined {
  const open = items.filter(({ outcome, number }) => outcome === null && number !== after)
  return open.find(({ number }) => number > after) ?? open[0]
}

/** One row of the log. */
export interface LogRow {
  readonly id: string
  /** ISO instant. */
  readonly at: string
  readonly who: string
  readonly title: string
  /** HSA-id, or a patient's or a service's own name. */
  readonly person: string
  readonly unit: string
  /** `undefined` for what concerned no patient. */
  readonly patient: string | undefined
  readonly did: string
  readonly kinds: string
  readonly isDenied: boolean
  /** The paragraph of a denial. */
  readonly paragraph: string
  readonly reason: string
}

const DONE: Readonly<Record<string, string>> = {
  read: 'Läste',
  search: 'Sökte och läste',
  history: 'Läste tidigare versioner',
  write: 'Skrev',
  'see-blocked': 'Frågade om något är spärrat',
  'lift-block': 'Hävde spärr',
  'open-emergency': 'Nödöppnade',
  'open-shared': 'Öppnade andra vårdgivares uppgifter',
  'choose-units': 'Valde att se andra enheters uppgifter',
  'state-relation': 'Angav vårdrelation',
  'reveal-identity': 'Visade skyddade personuppgifter',
  explain: 'Frågade varför något visas',
  'end-decision': 'Stängde det som öppnats',
  count: 'Räknade patienter',
  print: 'Skrev ut',
  export: 'Lämnade ut',
  'read-log': 'Läste loggen',
  'extract-log': 'Tog fram loggutdrag',
  'review-log': 'Granskade loggen',
  'export-log': 'Lämnade ut loggen',
}

const KINDS: Readonly<Record<string, string>> = {
  Patient: 'personuppgifter',
  Observation: 'provsvar och mätvärden',
  DiagnosticReport: 'undersökningssvar',
  Condition: 'diagnoser',
  MedicationRequest: 'läkemedel',
  MedicationStatement: 'läkemedel',
  MedicationAdministration: 'läkemedel',
  AllergyIntolerance: 'överkänslighet',
  Flag: 'varningar',
  Composition: 'anteckningar',
  DocumentReference: 'dokument',
  Encounter: 'vårdkontakter',
  Appointment: 'bokningar',
  ServiceRequest: 'remisser',
  Procedure: 'åtgärder',
  Immunization: 'vaccinationer',
  Task: 'uppgifter att göra',
  Consent: 'samtycken och spärrar',
}

/** What was done, in a word or a few. */
export const doneWords = (action: string) => DONE[action] ?? action

/** What kinds of information names of resources stand for (`Observation/17/3`), each once. */
export function kindWords(resources: readonly string[]): string {
  const types = resources.map((name) => name.slice(0, name.indexOf('/')))
  return [...new Set(types.map((type) => KINDS[type] ?? type))].sort(bySwedish).join(', ')
}

const bySwedish = (a: string, b: string) => a.localeCompare(b, 'sv')

/** The log's rows of a page of AuditEvents, newest first as they came. */
export function logRows(bundle: Bundle<AuditEvent>): LogRow[] {
  return (bundle.entry ?? []).flatMap(({ resource }) => (resource ? [logRow(resource)] : []))
}

function logRow({
  id,
  recorded,
  outcome,
  outcomeDesc,
  agent,
  subtype,
  ...rest
}: AuditEvent): LogRow {
  const user = agent.find(({ requestor }) => requestor)
  const unit = agent.find(({ type }) => type?.coding?.[0]?.code === 'LOC')
  const named = (rest.entity ?? []).flatMap(({ what }) => what?.reference ?? [])
  const patient = named.find((each) => /^Patient\/[^/]+$/.test(each))
  return {
    id: id ?? '',
    at: recorded,
    who: user?.name ?? user?.who?.display ?? '',
    title: user?.role?.[0]?.text ?? '',
    person: user?.who?.identifier?.value ?? '',
    unit: unit?.who?.display ?? unit?.who?.identifier?.value ?? '',
    patient: patient?.slice('Patient/'.length),
    did: doneWords(subtype?.find(({ system }) => system?.endsWith('/log-action'))?.code ?? ''),
    kinds: kindWords(named.filter((each) => each !== patient)),
    isDenied: outcome !== '0',
    paragraph: outcomeDesc ?? '',
    reason: rest.purposeOfEvent?.[0]?.text ?? '',
  }
}

/** A day's beginning where the user is, as an instant; `days` later when given. */
export function dayBegins(date: string, days = 0): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number)
  return new Date(year, month - 1, day + days).toISOString()
}

/** `2026-11-24 14:05` of an instant, where the user is. */
export function momentOf(instant: string): string {
  const at = new Date(instant)
  const clock = at.toLocaleTimeString('sv-SE', { hour: '2-digit', minute: '2-digit' })
  return `${at.toLocaleDateString('sv-SE')} ${clock}`
}
