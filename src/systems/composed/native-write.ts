import { Problem } from '../../fhir/problem.ts'
import type { Author, Change, ChangeResult, RecordSystem } from '../../fhir/record-system.ts'
import { patientOf } from '../../fhir/search/patient-of.ts'
import { withState } from './delivery-state.ts'
import type { LegacySystem } from './legacy-system.ts'
import type { Outbox } from './outbox.ts'

/** What is written natively with. */
export interface NativeParts {
  readonly source: string
  readonly legacy: LegacySystem
  readonly own: RecordSystem
  readonly outbox: Outbox
}

/**
 * Creates in the legacy system. When it can't be told what became of it, it is kept in our store, marked as waiting, and
 * that is what is answered; it is delivered later, once. What the legacy system refuses is refused.
 */
export async function createNatively(
  parts: NativeParts,
  change: Extract<Change, { kind: 'create' }>,
  author: Author,
): Promise<ChangeResult> {
  const { source, legacy, own, outbox } = parts
  const { resource, type } = change
  const { unit, provider } = author
  const patient = patientOf(resource.value)
  const letter = await outbox.begin({ type, content: resource.bytes, patient, unit, provider })
  try {
    const [result] = await legacy.transact([change], author)
    if (!result?.resource) throw new Problem('transient', `${source} does not show what it took`)
    await outbox.landed(letter.id, result.resource.key.id, 'done')
    return result
  } catch (thrown) {
    if (!(thrown instanceof Problem) || thrown.code !== 'transient') {
      await outbox.end(letter.id, 'refused', thrown instanceof Problem ? thrown.code : 'defect')
      throw thrown
    }
  }
  const waiting = withState(resource.bytes, 'waiting', source)
  const [kept] = await own.transact([{ ...change, id: letter.id, resource: waiting }], author)
  await outbox.wait(letter.id)
  if (!kept) throw new Problem('transient', 'It could not be saved')
  return kept
}
