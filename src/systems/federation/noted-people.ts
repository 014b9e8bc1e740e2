import type { Patient } from 'fhir/r4'
import type { RecordSystem, StoredResource } from '../../fhir/record-system.ts'
import type { Persons } from './persons.ts'
import { numberIn } from './search-persons.ts'

/** Whose numbers resources tell, and the ids that they have in the region. */
export function peopleIn(
  resources: readonly StoredResource[],
): readonly { readonly number: string; readonly patient: string }[] {
  const people = resources.flatMap(({ key, bytes }) => {
    if (key.type !== 'Patient' || bytes.length === 0) return []
    const number = numberIn(JSON.parse(String(bytes)) as Patient)
    return number === undefined ? [] : [{ number, patient: key.id }]
  })
  return [...new Map(people.map((each) => [each.patient, each])).values()]
}

/** People that are noted once: enough for what one process writes in a while. */
const MOST = 100_000

/**
 * A region's own store that tells the engagement index of whom it writes about before the write is answered: whoever then asks
 * all regions finds them. What can't be told is found by the feed a little later.
 */
export function withNotedPeople(
  store: RecordSystem,
  region: string,
  persons: Pick<Persons, 'noteAll'>,
): RecordSystem {
  const noted = new Map<string, string>()
  return {
    ...store,
    async transact(changes, author) {
      const results = await store.transact(changes, author)
      const people = peopleIn(results.flatMap(({ resource }) => resource ?? []))
      const fresh = people.filter(({ number, patient }) => noted.get(patient) !== number)
      if (fresh.length === 0) return results
      try {
        await persons.noteAll(region, fresh)
        if (noted.size > MOST) noted.clear()
        for (const { number, patient } of fresh) noted.set(patient, number)
      } catch {
        // It's written, and must not be answered as if it weren't; who can't be told of now is found by the feed.
      }
      return results
    },
  }
}
