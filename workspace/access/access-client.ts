import type { Bundle, Consent, FhirResource, Organization, Parameters } from 'fhir/r4'
import { ask, Refusal, refusalWords } from '../api/http.ts'
import type { Asker } from '../patient/record.ts'
import { localDate } from '../words.ts'
import {
  type Because,
  becauseIn,
  type ConsentRow,
  consentRows,
  type Hidden,
  hiddenIn,
  type Names,
  namesOf,
  type Opened,
  openedIn,
} from './access.ts'
import { withdrawn } from './consent.ts'

/** For whom something is asked or done. */
export type By = Omit<Asker, 'signal'>

/** All that the page of access shows. */
export interface AccessState {
  readonly because: readonly Because[]
  readonly opened: readonly Opened[]
  readonly hidden: Hidden
  readonly consents: readonly ConsentRow[]
  readonly names: Names
}

/** Asks for all of it. @throws Refusal when any of it can't be had: half an answer would say that there is no block */
export async function loadAccess(by: By): Promise<AccessState> {
  const [explained, hidden, consents, names] = await Promise.all([
    operate(by, 'explain'),
    operate(by, 'blocked'),
    all<Consent>(by, `Consent?patient=${by.id}&_count=200`, 'Consent'),
    loadNames(by),
  ])
  return {
    because: becauseIn(explained),
    opened: openedIn(explained),
    hidden: hiddenIn(hidden),
    consents: consentRows(consents, names, localDate()),
    names,
  }
}

/** What the region's organisations are called. */
export async function loadNames(by: Pick<By, 'session' | 'reason'>): Promise<Names> {
  const query = 'Organization?_elements=name,identifier,partOf&_count=500'
  const { session } = by
  const own = { ...by, session: { ...session, region: session.commission.region } }
  const found = await all<Organization>(own, query, 'Organization')
  return namesOf(found, by.session.commission.unit)
}

/** Why one resource is shown, or that it isn't there to be seen. `Observation/17`. */
export async function explainOne(by: By, resource: string): Promise<Because | undefined> {
  return becauseIn(await operate(by, 'explain', { resource }))[0]
}

/** What an operation is given: values by name, several where there are several. */
export type Given = Readonly<Record<string, string | readonly string[]>>

/** Does one operation on what the user may see. docs/operations.md */
export async function operate(
  { session, id, reason }: By,
  word: string,
  given: Given = {},
  more: Parameters['parameter'] = [],
): Promise<Parameters> {
  const parameter = Object.entries(given).flatMap(([name, values]) =>
    [values].flat().map((valueString) => ({ name, valueString })),
  )
  const body: Parameters = { resourceType: 'Parameters', parameter: [...parameter, ...more] }
  const path = `/fhir/${session.region}/Patient/${id}/$${word}`
  return (await ask(session, path, { method: 'POST', body, reason })) as Parameters
}

/** Registers what the patient has decided; it is in force on the next request. */
export async function register({ session, reason }: By, consent: Consent): Promise<void> {
  await ask(session, `/fhir/${session.region}/Consent`, { method: 'POST', body: consent, reason })
}

/** Withdraws it: the version that was shown and no later one. @throws Refusal `412` when it has been changed since */
export async function withdraw({ session, reason }: By, consent: Consent): Promise<void> {
  const path = `/fhir/${session.region}/Consent/${consent.id}`
  const match = `W/"${consent.meta?.versionId}"`
  await ask(session, path, { method: 'PUT', body: withdrawn(consent), reason, match })
}

async function all<T extends FhirResource>(
  { session, reason }: Pick<By, 'session' | 'reason'>,
  query: string,
  type: T['resourceType'],
): Promise<T[]> {
  const found: T[] = []
  let path: string | undefined = `/fhir/${session.region}/${query}`
  while (path) {
    const bundle = (await ask(session, path, { reason })) as Bundle<FhirResource>
    for (const { resource } of bundle.entry ?? []) {
      if (resource?.resourceType === type) found.push(resource as T)
    }
    const next = bundle.link?.find(({ relation }) => relation === 'next')?.url
    path = next && new URL(next).pathname + new URL(next).search
  }
  return found
}

/** Why the law said no, by the paragraph that it names. */
const DENIALS: readonly (readonly [paragraph: string, words: string])[] = [
  ['PDL 4:5', 'Ditt uppdrag får inte häva spärrar. Det gör läkare och sjuksköterskor i vården.'],
  ['Guardians', 'En vårdnadshavare får inte spärra ett barns journal.'],
  [
    'not registered',
    'Patientens samtycke är inte registrerat. Registrera det först, eller välj en annan grund.',
  ],
  ['2022:913 3:1', 'Andra vårdgivares uppgifter får bara öppnas i uppdrag för vård.'],
  ['PDL 4:3', 'Skriv ett skäl, minst fem tecken.'],
]

/** What went wrong, in a sentence for the screen. */
export function failureWords(cause: unknown): string {
  if (!(cause instanceof Refusal)) throw cause
  if (cause.status === 412) return 'Någon annan har ändrat det här sedan du öppnade sidan.'
  const found = DENIALS.find(([paragraph]) => cause.message.includes(paragraph))
  return found?.[1] ?? `Det gick inte: Kärna ${refusalWords(cause.status)}.`
}
