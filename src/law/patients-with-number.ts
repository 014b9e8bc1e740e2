import type { RecordSystem } from '../fhir/record-system.ts'
import { parseSearch } from '../fhir/search/parse.ts'
import { EVERYTHING, mintSight } from '../fhir/sight.ts'

/** Personal and coordination numbers. Source: HL7 Sweden, OIDs of the numbers. */
const ROOTS = ['1.2.752.129.2.1.3.1', '1.2.752.129.2.1.3.3']

/**
 * Ids of the patients in a region who have a number, for the law's own work: nothing of them is told by it.
 *
 * @param root OID of the number's kind; without it personal and coordination numbers are sought
 */
export async function patientsWithNumber(
  system: RecordSystem,
  number: string,
  root?: string,
): Promise<readonly string[]> {
  const roots = root === undefined ? ROOTS : [root].filter((each) => /^[0-9.]+$/.test(each))
  if (roots.length === 0) return []
  const value = roots.map((each) => `urn:oid:${each}|${number.replace(/[\\,|$]/g, '\\$&')}`)
  const options = { types: system.capability().types, base: undefined, now: 0 }
  const query = parseSearch('Patient', [['identifier', value.join(',')]], options)
  const { hits } = await system.search(query, mintSight({ ...EVERYTHING, types: ['Patient'] }))
  return hits.map(({ resource }) => resource.key.id)
}
