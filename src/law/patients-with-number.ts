import { Problem } from '../fhir/problem.ts'
import type { RecordSystem, SearchPage } from '../fhir/record-system.ts'
import { survivorsAfter } from '../fhir/replaced-by.ts'
import { parseSearch } from '../fhir/search/parse.ts'
import { EVERYTHING, mintSight } from '../fhir/sight.ts'

/** Personal and coordination numbers. Source: HL7 Sweden, OIDs of the numbers. */
const ROOTS = ['1.2.752.129.2.1.3.1', '1.2.752.129.2.1.3.3']

/** Ids of the patients in a region who have or had a number, for the law's own work: nothing of them is told by it. */
export async function patientsWithNumber(
  system: RecordSystem,
  number: string,
): Promise<readonly string[]> {
  return (await find(system, number, ROOTS)).hits.map(({ resource }) => resource.key.id)
}

/**
 * Whose records a number leads to: of one who was given up for another it's the other, in whose record all is and whose blocks
 * hold.
 *
 * @param root OID of the number's kind
 * @throws Problem `transient` while a source is silent: nobody known would mean that nothing is blocked
 */
export async function holdersOfNumber(
  system: RecordSystem,
  number: string,
  root: string,
): Promise<readonly string[]> {
  if (!/^[0-9.]+$/.test(root)) return []
  const found = await find(system, number, [root])
  requireWhole(found)
  const { hits } = found
  const read = async (id: string) => {
    const found = await ask(system, ['_id', id])
    requireWhole(found)
    return found.hits[0]?.resource.bytes
  }
  const passed = await Promise.all(
    hits.map(({ resource: { key, bytes } }) => survivorsAfter({ id: key.id, bytes }, read)),
  )
  return [...new Set(passed.flatMap((ids) => ids.at(-1) ?? []))]
}

function requireWhole({ issues }: SearchPage): void {
  if (issues.some(({ kind }) => kind === 'timeout' || kind === 'unavailable')) {
    throw new Problem('transient', 'It cannot be told now whose the number is')
  }
}

async function find(
  system: RecordSystem,
  number: string,
  roots: readonly string[],
): Promise<SearchPage> {
  const value = roots.map((each) => `urn:oid:${each}|${number.replace(/[\\,|$]/g, '\\$&')}`)
  return ask(system, ['identifier', value.join(',')])
}

async function ask(
  system: RecordSystem,
  parameter: readonly [string, string],
): Promise<SearchPage> {
  const options = { types: system.capability().types, base: undefined, now: 0 }
  const query = parseSearch('Patient', [parameter], options)
  return system.search(query, mintSight({ ...EVERYTHING, types: ['Patient'] }))
}
