/** What reviewers are told of at once. Times are ISO instants. */
export interface ReviewAlert {
  readonly id: string
  readonly at: string
  readonly kind: AlertKind
  /** HSA-id. */
  readonly person: string
  readonly name: string
  readonly title?: string
  readonly unit: string
  readonly unitName?: string
  readonly patient: string | null
  readonly reason: string | null
  /** How many of the kind the same user has had in a day, this one included. */
  readonly lately: number
  readonly seenAt: string | null
  readonly seenBy: string | null
}

export type AlertKind = 'emergency' | 'block-lifted' | 'look-ups'

/** What each kind is called, and by what paragraph it is looked into. */
export const ALERT_WORDS: Readonly<Record<AlertKind, readonly [what: string, why: string]>> = {
  emergency: [
    'Nödöppning hos andra vårdgivare',
    'Fara för liv eller hälsa, utan samtycke (lag 2022:913 3 kap. 6 §)',
  ],
  'block-lifted': [
    'Spärr hävd utan samtycke',
    'Uppgifterna angavs vara oundgängligen nödvändiga (PDL 4 kap. 5 §)',
  ],
  'look-ups': [
    'Ovanligt många uppslagningar',
    'Sökningar efter personer utan vårdrelation har stoppats (PDL 4 kap. 1 §)',
  ],
}

/** That it isn't the first; empty for the first. */
export const latelyWords = ({ lately }: Pick<ReviewAlert, 'lately'>): string =>
  lately > 1 ? `den ${ordinal(lately)} på ett dygn` : ''

const ordinal = (number: number) =>
  number % 10 <= 2 && number % 10 > 0 && ![11, 12].includes(number % 100)
    ? `${number}:a`
    : `${number}:e`

/** The lists put together: each alert once, as it was told of last, newest first. */
export function withNews(
  list: readonly ReviewAlert[],
  news: readonly ReviewAlert[],
): readonly ReviewAlert[] {
  const byId = new Map([...list, ...news].map((alert) => [alert.id, alert]))
  return [...byId.values()].sort((a, b) => Number(b.id) - Number(a.id))
}

/** What is read aloud when alerts come. */
export function newsWords(news: readonly ReviewAlert[]): string {
  const [only, second] = news
  if (!only) return ''
  return second ? `${news.length} nya larm` : `Nytt larm: ${ALERT_WORDS[only.kind][0]}`
}
