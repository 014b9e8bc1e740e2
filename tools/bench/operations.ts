import type { Request } from './http-load.ts'
import { idOf, newObservation, PER_PATIENT } from './records.ts'
import type { Bench } from './servers.ts'

/** One thing to measure, on our server or on the limit's. */
export interface Operation {
  readonly name: string
  /** The operation it is a share of, if any. */
  readonly limit: string | undefined
  readonly port: number
  /** How many resources one request stands for. */
  readonly resources: number
  readonly patientLed: boolean
  readonly requests: (round: number) => Request[]
}

/** Different requests a round, enough of them that no cache of a few would do. */
const VARIETY = 2_000
const PAGE = 50

/** What is measured: see design storage.md §11 for the list. */
export function operationsOn(bench: Bench): Operation[] {
  return [...limits(bench), ...interactions(bench), ...searches(bench)]
}

function limits({ limitPort: port, patients, known }: Bench): Operation[] {
  const bare = { limit: undefined, port, patientLed: false }
  return [
    {
      ...bare,
      name: 'limit read',
      resources: 1,
      requests: varied((n) => get(`/limit/${idOf('Observation', n % known, n % 75)}`)),
    },
    {
      ...bare,
      name: 'limit create',
      resources: 1,
      requests: varied((n) => post('/limit', newObservation(n % patients, n))),
    },
    {
      ...bare,
      name: 'limit bulk',
      resources: 100,
      requests: varied((n) => post('/limit-bulk', hundred(n, patients).join('\n')), 50),
    },
    {
      ...bare,
      name: 'limit page',
      resources: PAGE,
      requests: varied((n) => get(`/limit?ids=${pageIds(n % known).join(',')}`), 500),
    },
  ]
}

/** The laboratory observations that the page search of a patient finds. */
function pageIds(patient: number): string[] {
  const numbers = Array.from({ length: 75 }, (_, n) => n).filter((n) => n % 5 !== 0)
  return numbers.slice(0, PAGE).map((n) => idOf('Observation', patient, n))
}

function interactions(bench: Bench): Operation[] {
  const { port, base, patients, headers } = bench
  const ours = { port, resources: 1, patientLed: false }
  return [
    {
      ...ours,
      name: 'read',
      limit: 'limit read',
      requests: varied((n) =>
        get(`${base}/Observation/${idOf('Observation', n % patients, n % 75)}`, headers),
      ),
    },
    {
      ...ours,
      name: 'create',
      limit: 'limit create',
      requests: varied((n) =>
        post(`${base}/Observation`, newObservation(n % patients, n), headers),
      ),
    },
    {
      ...ours,
      name: 'update',
      limit: 'limit create',
      requests: varied((n) => {
        const id = idOf('Observation', n % patients, n % 75)
        const body = newObservation(n % patients, n).replace('{', `{"id":"${id}",`)
        return { ...post(`${base}/Observation/${id}`, body, headers), method: 'PUT' as const }
      }),
    },
    {
      ...ours,
      name: 'transaction of 100',
      limit: 'limit bulk',
      resources: 100,
      requests: varied((n) => post(base, transaction(hundred(n, patients)), headers), 50),
    },
  ]
}

function hundred(n: number, patients: number): string[] {
  return Array.from({ length: 100 }, (_, each) => newObservation(n % patients, n * 100 + each))
}

function transaction(resources: readonly string[]): string {
  const entries = resources.map(
    (resource) => `{"resource":${resource},"request":{"method":"POST","url":"Observation"}}`,
  )
  return `{"resourceType":"Bundle","type":"transaction","entry":[${entries.join(',')}]}`
}

function searches(bench: Bench): Operation[] {
  const { base, patients, port, headers } = bench
  const search = (
    name: string,
    patientLed: boolean,
    query: (patient: string, n: number) => string,
    limit?: string,
  ): Operation => ({
    name,
    limit,
    port,
    patientLed,
    resources: limit ? PAGE : 1,
    requests: varied(
      (n) => get(`${base}/${query(idOf('Patient', n % patients), n)}`, headers),
      500,
    ),
  })
  return [
    search(
      'patient + category newest 50',
      true,
      (patient) => `Observation?patient=${patient}&category=laboratory&_sort=-date&_count=${PAGE}`,
      'limit page',
    ),
    search(
      'patient + code',
      true,
      (patient) => `Observation?patient=${patient}&code=urn:oid:1.2.752.108.1|NPU28309&_sort=-date`,
    ),
    search(
      '_include',
      true,
      (patient) => `Observation?patient=${patient}&_count=10&_include=Observation:encounter`,
    ),
    search(
      '_revinclude',
      true,
      (patient) => `Encounter?patient=${patient}&_revinclude=Observation:encounter&_count=4`,
    ),
    search('name prefix', false, (_, n) => `Patient?name=${NAMES[n % NAMES.length]}&_count=20`),
    search(
      '_lastUpdated walk',
      false,
      () => `Patient?_lastUpdated=gt2020-01-01&_sort=_lastUpdated&_count=50`,
    ),
  ]
}

const NAMES = ['and', 'lind', 'berg', 'nys', '%C3%B6b', '%C3%A5k']

/** Makes a round's requests once: the generator must not be what is measured. */
function varied(make: (n: number) => Request, variety = VARIETY): (round: number) => Request[] {
  return (round) =>
    Array.from({ length: variety }, (_, each) => make((each * 7919 + round * 104_729) % 1_000_003))
}

function get(path: string, headers: Request['headers'] = {}): Request {
  return { method: 'GET', path, headers }
}

function post(path: string, body: string, headers: Request['headers'] = {}): Request {
  return {
    method: 'POST',
    path,
    body,
    headers: { 'content-type': 'application/fhir+json', ...headers },
  }
}

/** For those who count: how many resources a population of patients is. */
export const resourcesIn = (patients: number): number => patients * PER_PATIENT
