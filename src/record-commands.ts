import { parseArgs } from 'node:util'
import { Problem } from './fhir/problem.ts'
import type { ResourceKey } from './fhir/record-system.ts'
import { isResourceType } from './fhir/resource-type.ts'
import type { Karna } from './karna.ts'

/** How `karna destroy` is called. */
export const DESTROY_HELP = `karna destroy REGION PATIENT --order NUMBER [Type/id]…
                                                destroys a record, or some of it, on order of the inspectorate (PDL 8:4)
karna destroy REGION PATIENT --kept [Type/id]…  the same, of what has been kept for its ten years (PDL 3:17)`

/**
 * Destroys a record. It is gone for ever, so the ground must be said, and one of them alone.
 *
 * @returns the exit code
 * @throws Problem `invalid` for how it was called, `forbidden` with the paragraph
 */
export async function destroyCommand(
  { removeRecords }: Pick<Karna, 'removeRecords'>,
  words: readonly string[],
  print: (text: string) => void,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { order: { type: 'string' }, kept: { type: 'boolean' } },
  })
  const [region, patient, ...names] = positionals
  const { order: number, kept } = values
  if (!region || !patient || (number === undefined) === (kept === undefined)) {
    throw new Problem('invalid', DESTROY_HELP)
  }
  const order = number === undefined ? undefined : { authority: 'IVO', number, patient }
  const resources = names.map(keyIn)
  const gone = await removeRecords(region, { patient, resources, order })
  print(`${gone} versions say nothing any more`)
  return 0
}

function keyIn(name: string): ResourceKey {
  const [type = '', id = '', more] = name.split('/')
  if (isResourceType(type) && id !== '' && more === undefined) return { type, id }
  throw new Problem('invalid', 'Name what is to go as Observation/17')
}
