import type {
  CodeableConcept,
  Consent,
  Organization,
  Parameters,
  ParametersParameter,
} from 'fhir/r4'
import { dateOf } from '../words.ts'

/** What organisations are called, by HSA-id. */
export interface Names {
  readonly of: (hsaId: string) => string
  /** Care units of the user's own care provider, by name. */
  readonly units: readonly Organisation[]
  readonly ownProvider: Organisation | undefined
  readonly otherProviders: readonly Organisation[]
}

export interface Organisation {
  readonly hsaId: string
  readonly name: string
}

/** Care units are part of the care provider that they belong to; a care provider is part of nothing. */
export function namesOf(organizations: readonly Organization[], ownUnit: string): Names {
  const all = organizations.map((each) => ({
    reference: `Organization/${each.id}`,
    partOf: each.partOf?.reference,
    hsaId: each.identifier?.[0]?.value ?? '',
    name: each.name ?? 'Enhet utan namn',
  }))
  const own = all.find(({ hsaId }) => hsaId === ownUnit)?.partOf
  const plain = ({ hsaId, name }: Organisation) => ({ hsaId, name })
  const byName = (a: Organisation, b: Organisation) => a.name.localeCompare(b.name, 'sv')
  const provider = all.find(({ reference }) => reference === own)
  return {
    of: (hsaId) => all.find((each) => each.hsaId === hsaId)?.name ?? hsaId,
    units: all
      .filter(({ partOf }) => own !== undefined && partOf === own)
      .map(plain)
      .sort(byName),
    ownProvider: provider && plain(provider),
    otherProviders: all
      .filter(({ partOf, reference }) => partOf === undefined && reference !== own)
      .map(plain)
      .sort(byName),
  }
}

/** One reason why something is shown or hidden, in words. */
export interface Because {
  readonly isShown: boolean
  /** As the law's own word for it: `protected-identity`. */
  readonly rule: string
  readonly words: string
  /** `PDL 4 kap. 1 §`. */
  readonly paragraph: string
}

const SHOWN: Readonly<Record<string, string>> = {
  relation: 'Din enhet har en vårdrelation: patienten är, har varit eller är bokad hos er.',
  'stated-reason': 'Du har angett ett skäl. Det följs upp i loggranskningen.',
  'active-choice': 'Du har valt att se andra enheters uppgifter.',
  'block-lift': 'Du har hävt en spärr tillfälligt.',
  consent: 'Patienten har samtyckt till att ni läser andra vårdgivares uppgifter.',
  incapacity: 'Patienten kan varaktigt inte ta ställning, och du har öppnat uppgifterna.',
  emergency: 'Du har öppnat uppgifterna i en nödsituation.',
}

const HIDDEN: Readonly<Record<string, string>> = {
  block: 'Patienten har spärrat uppgifter för din enhet. Var, när och vad visas inte.',
  'active-choice': 'Andra enheter hos vårdgivaren har uppgifter som du inte har valt att se.',
  'shared-records':
    'Andra vårdgivare har uppgifter. Vilka det är visas först när du har rätt att öppna dem.',
  'protected-identity':
    'Patienten har skyddade personuppgifter. Namn och adress visas inte utan särskilt skäl.',
  'not-there-to-be-seen': 'Uppgiften finns inte, eller får inte visas för dig.',
}

/** Why the record, or something in it, is shown, and what more there is. */
export function becauseIn(answer: Parameters): Because[] {
  return partsOf(answer, 'because').map((part) => {
    const isShown = part.text('effect') === 'shown'
    const rule = part.text('rule')
    const words = (isShown ? SHOWN : HIDDEN)[rule]
    return {
      isShown,
      rule,
      words: words ?? (isShown ? 'Uppgiften visas enligt lag.' : 'Uppgifter visas inte.'),
      paragraph: paragraphText(part.text('paragraph')),
    }
  })
}

/** `PDL 4 kap. 1 §` of `PDL 4:1`; what is written otherwise stays. */
export function paragraphText(paragraph: string): string {
  return paragraph.replace(/(\d+):(\d+)$/, '$1 kap. $2 §')
}

/** What the user has opened, and can close. */
export interface Opened {
  readonly decision: string
  readonly kind: string
  /** Whether it shows records, and not only who has them. */
  readonly isContent: boolean
  readonly words: string
  readonly ground: string
  /** ISO time, or nothing. */
  readonly until: string
}

const GROUNDS: Readonly<Record<string, string>> = {
  consent: 'patienten samtycker',
  indispensable: 'oundgänglig vård, samtycke går inte att få',
  emergency: 'nödsituation',
  incapacity: 'patienten kan varaktigt inte ta ställning',
}

/** What the user has decided about the record, and holds now; the latest to end comes first. */
export function openedIn(answer: Parameters): Opened[] {
  const rows = partsOf(answer, 'own').map((part) => ({
    decision: part.text('decision'),
    kind: part.text('kind'),
    isContent: part.number('step') === 2,
    words: openedWords(part),
    ground: GROUNDS[part.text('ground')] ?? '',
    until: part.text('expires'),
  }))
  return rows.sort((a, b) => b.until.localeCompare(a.until))
}

function openedWords(part: Part): string {
  const isContent = part.number('step') === 2
  const where = placeWords(part)
  switch (part.text('kind')) {
    case 'relation':
      return 'Journalen, med ditt angivna skäl'
    case 'choice':
      return 'Andra enheters uppgifter hos vårdgivaren'
    case 'lift':
      return isContent ? `Spärrade uppgifter: ${where}` : 'Vilka enheter som har spärrat uppgifter'
    case 'opening':
      return isContent
        ? `Uppgifter hos ${where || 'andra vårdgivare'}`
        : 'Vilka vårdgivare som har uppgifter'
    default:
      return 'Skyddade personuppgifter'
  }
}

function placeWords(part: Part): string {
  const process = part.text('process')
  return [
    part.text('unitName') || part.text('unit'),
    part.text('providerName') || part.text('provider'),
    process && `vårdprocess ${process}`,
  ]
    .filter(Boolean)
    .join(', ')
}

/** That there is more, and nothing of what. */
export interface Hidden {
  readonly blocked: boolean
  readonly otherUnits: boolean
  readonly otherProviders: boolean
  readonly otherProvidersBlocked: boolean
}

export function hiddenIn(answer: Parameters): Hidden {
  const flag = (name: string) =>
    answer.parameter?.find((each) => each.name === name)?.valueBoolean ?? false
  return {
    blocked: flag('blocked'),
    otherUnits: flag('otherUnits'),
    otherProviders: flag('otherProviders'),
    otherProvidersBlocked: flag('otherProvidersBlocked'),
  }
}

/** Somebody who has blocked, or has records, as the steps of a lifting or an opening tell. */
export interface Place {
  readonly unit: string
  readonly process: string
  readonly provider: string
  /** What it is called: a unit, a process, a care provider. */
  readonly name: string
  readonly blocked: boolean
}

/** The `block`s or `source`s of an answer. */
export function placesIn(answer: Parameters, name: 'block' | 'source'): Place[] {
  return partsOf(answer, name).map((part) => ({
    unit: part.text('unit'),
    process: part.text('process'),
    provider: part.text('provider'),
    name: placeWords(part),
    blocked: part.flag('blocked'),
  }))
}

/** When what was decided stops holding by itself, ISO time; empty when it isn't told. */
export const expiresIn = (answer: Parameters) =>
  answer.parameter?.find(({ name }) => name === 'expires')?.valueInstant ?? ''

/** A block or a consent of the patient's, as it is listed. */
export interface ConsentRow {
  readonly id: string
  readonly kind: 'inner-block' | 'outer-block' | 'shared-records'
  /** Whose records are closed, or who may read. */
  readonly whom: string
  /** Whose records may be read; empty for a block. */
  readonly whose: string
  /** The time of what is blocked: `allt`, `2026-01-01–2026-03-31`. */
  readonly about: string
  readonly exempt: string
  /** First and last day that it holds, empty when not told. */
  readonly since: string
  readonly until: string
  readonly consent: Consent
}

const KINDS = ['inner-block', 'outer-block', 'shared-records'] as const
const EXEMPT: Readonly<Record<string, string>> = {
  'exempt-drugs': 'läkemedel',
  'exempt-alerts': 'uppmärksamhetsinformation',
}

/** The blocks and consents that hold, newest first. What has been withdrawn is no longer one. */
export function consentRows(
  consents: readonly Consent[],
  names: Pick<Names, 'of'>,
  today: string,
): ConsentRow[] {
  return consents
    .filter(({ status }) => status === 'active')
    .flatMap((consent) => {
      const kind = KINDS.find((each) => codesOf(consent.category).includes(each))
      const row = kind && consentRow(kind, consent, names)
      return row && (row.until === '' || row.until >= today) ? [row] : []
    })
    .sort((a, b) => b.since.localeCompare(a.since))
}

function consentRow(
  kind: ConsentRow['kind'],
  consent: Consent,
  names: Pick<Names, 'of'>,
): ConsentRow {
  const { provision, dateTime } = consent
  const actors = (provision?.actor ?? []).map(({ role, reference }) => ({
    isSource: codesOf([role]).includes('source'),
    name: reference.display ?? names.of(reference.identifier?.value ?? ''),
  }))
  const list = (isSource: boolean) =>
    actors
      .filter((each) => each.isSource === isSource)
      .map(({ name }) => name)
      .join(', ')
  const { start, end } = provision?.dataPeriod ?? {}
  return {
    id: consent.id ?? '',
    kind,
    whom: list(false),
    whose: kind === 'shared-records' ? list(true) || 'alla vårdgivare' : '',
    about: start || end ? `${dateOf(start)}–${dateOf(end)}` : 'allt',
    exempt: codesOf(provision?.code)
      .flatMap((code) => EXEMPT[code] ?? [])
      .join(' och '),
    since: dateOf(provision?.period?.start ?? dateTime ?? consent.meta?.lastUpdated),
    until: dateOf(provision?.period?.end),
    consent,
  }
}

const codesOf = (concepts: readonly CodeableConcept[] | undefined): string[] =>
  (concepts ?? []).flatMap(({ coding = [] }) => coding.flatMap(({ code }) => code ?? []))

interface Part {
  text(name: string): string
  flag(name: string): boolean
  number(name: string): number
}

function partsOf({ parameter }: Parameters, name: string): Part[] {
  return (parameter ?? [])
    .filter((each) => each.name === name)
    .map(({ part = [] }) => {
      const found = (wanted: string): ParametersParameter | undefined =>
        part.find((each) => each.name === wanted)
      return {
        text: (wanted) => found(wanted)?.valueString ?? found(wanted)?.valueInstant ?? '',
        flag: (wanted) => found(wanted)?.valueBoolean ?? false,
        number: (wanted) => Number(found(wanted)?.valueInteger ?? 0),
      }
    })
}
