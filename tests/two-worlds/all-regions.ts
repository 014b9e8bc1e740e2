import assert from 'node:assert/strict'
import { operation } from '../attack/attacked.ts'
import {
  type AllRegions,
  BLOCKED,
  PROVIDERS,
  startAllRegions,
} from '../e2e/all-regions-under-test.ts'
import { chanceFrom } from '../law-oracle/cells.ts'
import { type Difference, differences } from './compare.ts'
import type { Asked } from './requests.ts'

/**
 * Asks two worlds of all regions together the same, that differ only in what patients have closed, after everything was opened
 * that an emergency can open.
 */
export async function differencesOfAllRegions(seed: number, requests: number): Promise<Difference> {
  const [one, other] = [await startAllRegions(), await startAllRegions(false)]
  for (const world of [one, other]) await openEverything(world)
  const asking = { next: requestsFrom(seed, one.person), region: 'all', taint: BLOCKED }
  return differences({ one: one.karna, other: other.karna }, seed, requests, asking)
}

/** Everything that an emergency can open, of a person and of one without a number. */
async function openEverything({ karna, person }: AllRegions): Promise<void> {
  const danger = { reason: 'Medvetslös efter fall', affirm: ['danger', 'no-consent-possible'] }
  const content = { ...danger, affirm: [...danger.affirm, 'indispensable'] }
  const { skane, vasterbotten } = PROVIDERS
  for (const [patient, provider] of [
    [person, [skane, vasterbotten]],
    ['skane.nn', [skane]],
  ] as const) {
    for (const [word, given] of [
      ['state-relation', { reason: danger.reason }],
      ['open-emergency', danger],
      ['open-emergency', { ...content, provider }],
    ] as const) {
      const path = `all/Patient/${patient}/$${word}`
      const answer = await karna.ask('anna.nystrom', 'POST', path, operation(given))
      assert.equal(answer.status, 200, answer.text)
    }
  }
}

const IDS = [
  ...'own0 centre1 shut0 shut2 nn-own0 nn-shut1 nowhere e1 report block-p1'
    .split(' ')
    .map((id) => `vgr.${id}`),
  ...'there0 there-shut0 there-shut2 nn-there1 nn-there-shut0 block-s1 es1'
    .split(' ')
    .map((id) => `skane.${id}`),
  'vasterbotten.north0',
]
const TYPES = 'Observation Observation Observation Encounter DiagnosticReport Consent'.split(' ')
const PATIENTS = 'PERSON PERSON vgr.p1 vgr.nn skane.nn skane.s1'.split(' ')
const INCLUDES =
  '_include=* _include=DiagnosticReport:result _revinclude=DiagnosticReport:result _include=Observation:subject'.split(
    ' ',
  )
const SHAPES =
  '_count=1 _count=3 _total=accurate _summary=count _sort=-date _sort=code _elements=code _count=0'.split(
    ' ',
  )
const CLAUSES =
  `code=c1 code:not=c1 status=final date=ge2024 code:text=${BLOCKED} date:missing=true`.split(' ')

/** Reads, searches, histories, pages and batches over all regions. */
function requestsFrom(seed: number, person: string): () => Asked {
  const chance = chanceFrom(seed)
  const one = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)] as T
  const often = (share: number) => chance() < share
  const search = (): string => {
    const type = one(TYPES)
    const parts = [
      often(0.8) ? `patient=${one(PATIENTS)}` : '',
      type === 'Observation' && often(0.5) ? one(CLAUSES) : '',
      often(0.3) ? one(INCLUDES) : '',
      often(0.6) ? one(SHAPES) : '',
      often(0.1) ? `_id=${one(IDS)},${one(IDS)}` : '',
    ]
    return `${type}?${parts.filter(Boolean).join('&')}`
  }
  const read = () => `${one(TYPES)}/${one(IDS)}${one(['', '', '/_history', '/_history/1'])}`
  const explain = () => `$explain?resource=Observation/${one(IDS)}`
  const about = () =>
    `Patient/${one(PATIENTS)}/${one(['$blocked', '$explain', explain(), '_history'])}`
  const found = () =>
    `Patient?_id=${one(PATIENTS)}&_revinclude=${one(['Observation:subject', 'Encounter:subject'])}`
  const path = () => one([read, search, search, about, found])().replaceAll('PERSON', person)
  const batch = (): Asked => {
    const entry = Array.from({ length: 8 }, () => ({ request: { method: 'GET', url: path() } }))
    return { method: 'POST', path: '', body: { resourceType: 'Bundle', type: 'batch', entry } }
  }
  const headers = () => (often(0.4) ? { headers: { 'x-karna-reason': 'Konsult' } } : {})
  return () => (often(0.1) ? batch() : { method: 'GET', path: path(), ...headers() })
}
