import type { Request } from './http-load.ts'
import { idOf, newObservation } from './records.ts'
import type { Bench, ServerName } from './servers.ts'

/** One thing to measure. */
export interface Operation {
  readonly name: string
  readonly server: ServerName
  /** The operation it is a share of, if any. */
  readonly limit: string | undefined
  /** How many resources one request stands for. */
  readonly resources: number
  /** How many resources an answer has to show; 0 where it has no body. */
  readonly shows: number
  /** Rows a request leaves in the access log: exactly one, or one for each patient that is shown. */
  readonly log: 'none' | 'one' | 'each patient'
  /** Whether it names its patient. */
  readonly patientLed: boolean
  readonly requests: (round: number) => Request[]
}

/** Different requests a round, enough of them that no cache of a few would do. */
const VARIETY = 2_000
const PAGE = 50
/** Follows the name of what is also asked of the server without law and log. */
const UNGATED = 'without gate'

/** The first half of the patients is read and the other is written, so that answers stay as large as they were. */
const readOne = (n: number, patients: number) => n % Math.floor(patients / 2)
const writtenOne = (n: number, patients: number) =>
  Math.floor(patients / 2) + (n % Math.floor(patients / 2))

/** What is measured. Those that follow each other are compared with each other. */
export function operationsOn(bench: Bench): Operation[] {
  const ours = [...interactions(bench), ...searches(bench)]
  const both = ours.flatMap((each) => (BOTH.has(each.name) ? [each, without(each)] : [each]))
  return [...limits(bench), ...both]
}

/** The operations whose cost of gate and log is told. */
const BOTH: ReadonlySet<string> = new Set([
  'read',
  'create',
  'patient + category newest 50',
  'patient + code',
])

const without = (operation: Operation): Operation => ({
  ...operation,
  name: `${operation.name} ${UNGATED}`,
  server: 'ungated',
  log: 'none',
})

/** The name of the same operation on the server without law and log. */
export const ungated = (name: string): string => `${name} ${UNGATED}`

function limits({ patients }: Bench): Operation[] {
  const bare = { limit: undefined, server: 'limit', patientLed: false, log: 'none' } as const
  return [
    {
      ...bare,
      name: 'limit read',
      resources: 1,
      shows: 1,
      requests: varied((n) => get(`/limit/${idOf('Observation', readOne(n, patients), n % 75)}`)),
    },
    {
      ...bare,
      name: 'limit create',
      resources: 1,
      shows: 0,
      requests: varied((n) => post('/limit', newObservation(writtenOne(n, patients), n))),
    },
    {
      ...bare,
      name: 'limit bulk',
      resources: 100,
      shows: 0,
      requests: varied((n) => post('/limit-bulk', hundred(n, patients).join('\n')), 50),
    },
    {
      ...bare,
      name: 'limit page',
      resources: PAGE,
      shows: PAGE,
      requests: varied((n) => get(`/limit?ids=${pageIds(readOne(n, patients)).join(',')}`), 500),
    },
  ]
}

/** The laboratory observations that the page search of a patient finds. */
function pageIds(patient: number): string[] {
  const numbers = Array.from({ length: 75 }, (_, n) => n).filter((n) => n % 5 !== 0)
  return numbers.slice(0, PAGE).map((n) => idOf('Observation', patient, n))
}

function interactions({ base, patients, headers }: Bench): Operation[] {
  const ours = { server: 'karna', resources: 1, shows: 1, log: 'one', patientLed: false } as const
  return [
    {
      ...ours,
      name: 'read',
      limit: 'limit read',
      requests: varied((n) =>
        get(`${base}/Observation/${idOf('Observation', readOne(n, patients), n % 75)}`, headers),
      ),
    },
    {
      ...ours,
      name: 'create',
      limit: 'limit create',
      requests: varied((n) =>
        post(`${base}/Observation`, newObservation(writtenOne(n, patients), n), headers),
      ),
    },
    {
      ...ours,
      name: 'update',
      limit: 'limit create',
      requests: varied((n) => {
        const patient = writtenOne(n, patients)
        const id = idOf('Observation', patient, n % 75)
        const body = newObservation(patient, n).replace('{', `{"id":"${id}",`)
        return { ...post(`${base}/Observation/${id}`, body, headers), method: 'PUT' as const }
      }),
    },
    {
      ...ours,
      name: 'transaction of 100',
      limit: 'limit bulk',
      resources: 100,
      shows: 100,
      requests: varied((n) => post(base, transaction(hundred(n, patients)), headers), 50),
    },
  ]
}

function hundred(n: number, patients: number): string[] {
  const patient = writtenOne(n, patients)
  return Array.from({ length: 100 }, (_, each) => newObservation(patient, n * 100 + each))
}

function transaction(resources: readonly string[]): string {
  const entries = resources.map(
    (resource) => `{"resource":${resource},"request":{"method":"POST","url":"Observation"}}`,
  )
  return `{"resourceType":"Bundle","type":"transaction","entry":[${entries.join(',')}]}`
}

function searches({ base, patients, headers }: Bench): Operation[] {
  const page = (text: (patient: string, n: number) => string) =>
    varied((n) => get(`${base}/${text(idOf('Patient', readOne(n, patients)), n)}`, headers), 500)
  const ofPatient = { server: 'karna', limit: undefined, log: 'one', patientLed: true } as const
  const ofAll = { ...ofPatient, log: 'each patient', patientLed: false } as const
  const lab = 'category=laboratory&_sort=-date'
  const haemoglobin = 'code=urn:oid:1.2.752.108.1|NPU28309&_sort=-date&_count=10'
  return [
    {
      ...ofPatient,
      name: 'patient + category newest 50',
      limit: 'limit page',
      resources: PAGE,
      shows: PAGE,
      requests: page((patient) => `Observation?patient=${patient}&${lab}&_count=${PAGE}`),
    },
    {
      ...ofPatient,
      name: 'patient + code',
      resources: 1,
      shows: 10,
      requests: page((patient) => `Observation?patient=${patient}&${haemoglobin}`),
    },
    {
      ...ofPatient,
      name: '_include',
      resources: 1,
      shows: 11,
      requests: page(
        (patient) => `Observation?patient=${patient}&_count=10&_include=Observation:encounter`,
      ),
    },
    {
      ...ofPatient,
      name: '_revinclude',
      resources: 1,
      shows: 40,
      requests: page(
        (patient) => `Encounter?patient=${patient}&_revinclude=Observation:encounter&_count=4`,
      ),
    },
    {
      ...ofAll,
      name: 'name prefix',
      resources: 1,
      shows: Math.min(20, Math.floor(patients / 10)),
      requests: page((_, n) => `Patient?name=${NAMES[n % NAMES.length]}&_count=20`),
    },
    {
      ...ofAll,
      name: '_lastUpdated walk',
      resources: 1,
      shows: Math.min(50, patients),
      requests: page(
        (_, n) => `Patient?_lastUpdated=gt${2000 + (n % 20)}-01-01&_sort=_lastUpdated&_count=50`,
      ),
    },
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
