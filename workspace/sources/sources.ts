import type { OperationOutcome } from 'fhir/r4'
import { ask } from '../api/http.ts'
import type { Session } from '../login/session.ts'
import { scopeOf } from './scope.ts'

/** The names of regions by their ids, where several are shown together. */
export type RegionNames = ReadonlyMap<string, string>

/** A source that did not answer, or not in full. */
export interface Silence {
  /** A region's id, or what the region calls the system. */
  readonly source: string
  readonly kind: string
  /** What the server says of it. */
  readonly text: string
}

/** The names, in all regions; `undefined` in one region's own record. */
export async function regionNames(
  session: Session,
  signal: AbortSignal,
): Promise<RegionNames | undefined> {
  if (scopeOf(session) === 'own') return undefined
  const answer = await ask(session, '/regions', { signal }).catch(() => ({ regions: [] }))
  const { regions } = answer as { regions: readonly { id: string; name: string }[] }
  return new Map(regions.map(({ id, name }) => [id, name]))
}

/** The region that an id of all regions begins with: `skane.17` is of `skane`. */
export const regionOfId = (id: string | undefined): string => id?.split('.')[0] ?? ''

/** What a Bundle says is missing in it: issues of code `incomplete`, `source: kind` in the diagnostics. */
export function silencesIn({ issue }: OperationOutcome): Silence[] {
  return issue.flatMap(({ code, diagnostics = '', details }) => {
    if (code !== 'incomplete') return []
    const [source = '', kind = ''] = diagnostics.split(': ')
    return [{ source, kind, text: details?.text ?? '' }]
  })
}

/** In words, each once: `Region Skåne svarade inte i tid`. What is only the last known is told with when it was fetched. */
export function silenceWords(silences: readonly Silence[], names: RegionNames | undefined) {
  const stale = new Set(silences.filter(({ kind }) => kind === 'stale').map(({ source }) => source))
  const words = silences.flatMap(({ source, kind, text }) => {
    if (kind === 'stale') return text
    if (stale.has(source)) return [] // told with its age
    return `${names?.get(source) ?? source} ${KINDS[kind] ?? KINDS.partial}`
  })
  return [...new Set(words)]
}

const KINDS: Readonly<Record<string, string>> = {
  timeout: 'svarade inte i tid',
  unavailable: 'svarar inte',
  'not-connected': 'är inte ansluten',
  partial: 'svarade inte med allt',
}
