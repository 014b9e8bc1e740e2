import { type GraphRow, graphRows, type MeasuredPoint } from './day-graph.ts'

/** A region as `GET /regions` tells of it. */
export interface ShownRegion {
  readonly id: string
  readonly name: string
  readonly kind: 'own' | 'cosmic' | 'millennium' | 'rivta' | 'karna'
  readonly state: 'preparing' | 'shadow' | 'live' | 'paused' | 'left'
  readonly agreement: {
    readonly agreement?: string
    /** ISO date. */
    readonly signed?: string
    readonly controller?: string
    readonly controllerName?: string
    readonly contact?: string
  }
  readonly certificate?: { readonly notAfter: string }
  readonly health: {
    /** Milliseconds; not there before the first answer. */
    readonly p95?: number
    /** Milliseconds since 1970. */
    readonly lastAnswer?: number
    readonly silentSince?: number
    readonly asked: number
    readonly failed: number
  }
  readonly information: { readonly answered: number; readonly of: number }
  /** What was measured; not there before the first minute. */
  readonly measured?: {
    readonly version?: string
    readonly p95?: number
    readonly askedToday: number
    readonly failedToday: number
    /** Share, 0 to 1, of thirty days or since `since`. */
    readonly available?: number
    /** ISO time. */
    readonly since: string
    readonly day: readonly MeasuredPoint[]
  }
}

/** Something that happened to a region. */
export interface RegionEvent {
  /** ISO time. */
  readonly at: string
  readonly event: string
  readonly detail: Readonly<Record<string, unknown>>
}

/** One kind of information in a region; the words are the server's. */
export interface InformationEntry {
  readonly type: string
  readonly name: string
  readonly from?: string
  readonly answer: 'native' | 'mapped' | 'own' | 'missing'
  readonly means?: string
  readonly lacks?: readonly { readonly element: string; readonly means: string }[]
}

/** How a chip is coloured; see `cards.css`. */
export type Tone = 'calm' | 'warning' | 'urgent' | 'new' | 'plain'

/** A row of the table of regions, in words. */
export interface RegionRow {
  readonly id: string
  readonly name: string
  /** What runs there: `Melior 216`, or the kind where it doesn't say. */
  readonly system: string
  readonly state: { readonly words: string; readonly tone: Tone }
  /** `312 ms`; a dash before the first answer. */
  readonly time: string
  readonly isSlow: boolean
  readonly day: readonly GraphRow[]
  /** `99,92 %`; `99,92 % sedan 24 nov.` before thirty days have been measured. */
  readonly available: { readonly share: string; readonly since: string | undefined }
  /** `14 473`: questions today. */
  readonly asked: string
  /** `2 obesvarade`; empty where all were answered. */
  readonly failed: string
  readonly answered: number
  readonly of: number
  readonly certificate: { readonly words: string; readonly isSoon: boolean }
}

const SYSTEMS: Readonly<Record<ShownRegion['kind'], string>> = {
  own: 'Kärna',
  cosmic: 'Cosmic',
  millennium: 'Millennium',
  rivta: 'RIV-TA',
  karna: 'Kärna, egen server',
}

/** Slower than this, and whoever waits for all regions notices. Milliseconds. */
const SLOW = 1_000
/** Days before a certificate ends that it's said. */
const SOON = 30

/** The regions by name, each with how it answers. */
export function regionRows(regions: readonly ShownRegion[], now: number): readonly RegionRow[] {
  const rows = regions.map((region) => rowOf(region, now))
  return rows.sort((a, b) => a.name.localeCompare(b.name, 'sv'))
}

function rowOf({ id, name, kind, health, information, ...region }: ShownRegion, now: number) {
  const { measured } = region
  const p95 = health.p95 ?? measured?.p95
  return {
    id,
    name,
    system: measured?.version ?? SYSTEMS[kind],
    state: stateOf(region.state, { ...health, ...(p95 !== undefined && { p95 }) }),
    time: p95 === undefined ? '–' : `${Math.round(p95)} ms`,
    isSlow: p95 !== undefined && p95 > SLOW,
    day: graphRows(measured?.day ?? []),
    available: availableOf(measured, now),
    asked: measured ? NUMBER.format(measured.askedToday) : '–',
    failed: measured?.failedToday ? `${NUMBER.format(measured.failedToday)} obesvarade` : '',
    ...information,
    certificate: certificateOf(region.certificate?.notAfter, now),
  }
}

const NUMBER = new Intl.NumberFormat('sv-SE')
const SHARE = new Intl.NumberFormat('sv-SE', {
  style: 'percent',
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
})
const DAY = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Stockholm',
  day: 'numeric',
  month: 'short',
})
const MONTH = 30 * 86_400_000

/** Never rounded up to a hundred: then nothing was missed. */
function availableOf(measured: ShownRegion['measured'], now: number): RegionRow['available'] {
  if (measured?.available === undefined) return { share: '–', since: undefined }
  const { available, since } = measured
  const share = available < 1 ? Math.min(available, 0.9999) : 1
  const began = Date.parse(since)
  const isShort = now - began < MONTH - 86_400_000
  return { share: SHARE.format(share), since: isShort ? `sedan ${DAY.format(began)}` : undefined }
}

function stateOf(
  state: ShownRegion['state'],
  { silentSince, p95 }: ShownRegion['health'],
): RegionRow['state'] {
  if (state === 'preparing') return { words: 'ej ansluten', tone: 'plain' }
  if (state === 'shadow') return { words: 'i test', tone: 'new' }
  if (state === 'paused') return { words: 'pausad', tone: 'warning' }
  if (state === 'left') return { words: 'har lämnat', tone: 'plain' }
  if (silentSince !== undefined) return { words: 'svarar inte', tone: 'urgent' }
  if (p95 !== undefined && p95 > SLOW) return { words: 'långsam', tone: 'warning' }
  return { words: 'ansluten', tone: 'calm' }
}

function certificateOf(notAfter: string | undefined, now: number): RegionRow['certificate'] {
  if (notAfter === undefined) return { words: '–', isSoon: false }
  const days = Math.floor((Date.parse(notAfter) - now) / 86_400_000)
  if (days < 0) return { words: 'har gått ut', isSoon: true }
  return days <= SOON
    ? { words: `${days} dagar`, isSoon: true }
    : { words: notAfter.slice(0, 7), isSoon: false }
}

/** `6 anslutna · 1 i test · 2 på väg`. */
export function countWords(regions: readonly ShownRegion[]): string {
  const count = (state: ShownRegion['state']) =>
    regions.filter((region) => region.state === state).length
  return `${count('live')} anslutna · ${count('shadow')} i test · ${count('preparing')} på väg`
}

/** A step on the way to being part of all regions. */
export interface Step {
  readonly name: string
  readonly words: string
  readonly isDone: boolean
}

/** How far a region has come, from its agreement to live. */
export function stepsOf(region: ShownRegion, events: readonly RegionEvent[]): readonly Step[] {
  const { agreement, signed, controllerName, controller } = region.agreement
  const test = events.find(({ event }) => event === 'conformance')
  const [passed, failed] = [Number(test?.detail.passed ?? 0), Number(test?.detail.failed ?? 0)]
  const { answered, of } = region.information
  const certificate = region.certificate?.notAfter.slice(0, 10)
  const shadow = shadowOf(events)
  return [
    {
      name: 'Avtal och personuppgiftsansvarig',
      words: agreement
        ? [agreement, controllerName ?? controller, signed && `undertecknat ${signed}`]
            .filter(Boolean)
            .join(' · ')
        : 'Saknas',
      isDone: agreement !== undefined && controller !== undefined,
    },
    {
      name: 'Certifikat och HSA-id',
      words: certificate ? `Gäller till ${certificate}` : 'Inget certifikat bevakas',
      isDone: certificate !== undefined,
    },
    {
      name: 'Konformitetstest',
      words: test ? `${passed} av ${passed + failed} godkända` : 'Inte gjort',
      isDone: test !== undefined && failed === 0,
    },
    {
      name: 'Informationskarta',
      words: of === 0 ? 'Ingen källa är beskriven' : `${answered} av ${of} informationsmängder`,
      isDone: of > 0,
    },
    {
      name: 'Test i skugga',
      words: shadow.words,
      isDone: shadow.isDone,
    },
    {
      name: 'Driftstart',
      words: region.state === 'live' ? 'Ansluten' : 'Kan backas i ett steg, inom sekunder',
      isDone: region.state === 'live',
    },
  ]
}

/** The shadow period: what was compared, and whether the last round found everything as it should be. */
function shadowOf(events: readonly RegionEvent[]): Pick<Step, 'words' | 'isDone'> {
  const compared = events.find(({ event }) => event === 'compared')
  if (!compared) {
    const isBegun = events[0]?.event === 'shadow'
    return { words: isBegun ? 'Pågår, inget jämfört ännu' : 'Inte gjort', isDone: false }
  }
  const last = compared.detail.last as Partial<Record<'different' | 'silent', number>> | undefined
  const isSame = last?.different === 0 && last.silent === 0
  const isDone = isSame && Number(compared.detail.compared) > 0
  return { words: comparedWords(compared.detail), isDone }
}

function comparedWords({ compared = 0, patients = 0, different = 0 }: RegionEvent['detail']) {
  const same = different === 0 ? 'ingen skiljer sig' : `${different} skiljer sig`
  return `${compared} uppgifter om ${patients} patienter jämförda, ${same}`
}

const EVENTS: Readonly<Record<string, string>> = {
  preparing: 'Skrevs upp',
  conformance: 'Konformitetstest',
  compared: 'Jämfört i skugga',
  shadow: 'I test',
  live: 'I drift',
  paused: 'Pausad',
  left: 'Lämnade',
  changed: 'Bytte system',
  'changed-back': 'Gick tillbaka till systemet före',
  'not-opened': 'Kunde inte öppnas',
}

/** What happened, for the list of events. */
export function eventWords({ event, detail }: RegionEvent): string {
  const words = EVENTS[event] ?? event
  if (event === 'conformance') {
    const { passed = 0, failed = 0, p95 } = detail
    const time = typeof p95 === 'number' ? `, p95 ${Math.round(p95)} ms` : ''
    return `${words}: ${passed} godkända, ${failed} underkända${time}`
  }
  if (event === 'compared') return `${words}: ${comparedWords(detail)}`
  return words
}

/** A row of the information map: a kind of information, and how each region has it. */
export interface MapRow {
  readonly type: string
  readonly name: string
  /** Share of the regions that answer, whole per cent. */
  readonly coverage: number
  readonly cells: readonly {
    readonly region: string
    readonly entry: InformationEntry | undefined
  }[]
}

/** The regions of the map in the order of the names above its columns, which stand there without `Region`. */
export function mappedRegions(regions: readonly ShownRegion[]): readonly ShownRegion[] {
  const shown = ({ name }: ShownRegion) => name.replace(/^Region /, '')
  return regions
    .filter(({ information }) => information.of > 0)
    .sort((a, b) => shown(a).localeCompare(shown(b), 'sv'))
}

/** What care needs against the regions, the most common kinds first as the maps have them. */
export function mapRows(
  maps: readonly { readonly region: string; readonly information: readonly InformationEntry[] }[],
): readonly MapRow[] {
  const names = new Map<string, string>()
  for (const { information } of maps) {
    for (const { type, name } of information) if (!names.has(type)) names.set(type, name)
  }
  return [...names].map(([type, name]) => {
    const cells = maps.map(({ region, information }) => ({
      region,
      entry: information.find((entry) => entry.type === type),
    }))
    const answered = cells.filter(({ entry }) => entry && entry.answer !== 'missing').length
    return { type, name, cells, coverage: Math.round((100 * answered) / Math.max(1, maps.length)) }
  })
}

const ANSWERS: Readonly<Record<InformationEntry['answer'], string>> = {
  native: 'kodad',
  mapped: 'omsatt',
  own: 'i Kärna',
  missing: 'saknas',
}

/** How a region has a kind of information: `kodad`; `delvis` where the source leaves elements untold. */
export function answerWords(entry: InformationEntry | undefined): string {
  if (!entry) return 'saknas'
  return entry.lacks?.length ? 'delvis' : ANSWERS[entry.answer]
}
