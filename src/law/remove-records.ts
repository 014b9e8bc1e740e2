import { Problem } from '../fhir/problem.ts'
import type { Eraser, ResourceKey } from '../fhir/record-system.ts'
import type { Access } from './access.ts'
import { transact } from './changes.ts'
import { type DestructionOrder, destruction } from './destruction.ts'
import { denied, type GateParts } from './judge.ts'
import { retention } from './retention.ts'

/** What of a patient's record is to go, and by what right. */
export interface Removal {
  readonly patient: string
  /** Of the record; empty: all of it. Who the patient is stays. */
  readonly resources: readonly ResourceKey[]
  /** The inspectorate's decision; without one the record must have been kept for its years. */
  readonly order: DestructionOrder | undefined
}

/**
 * Destroys records: on order of the inspectorate about that patient, wholly or in part (PDL 8:4); or after the ten years that
 * they are kept at least (PDL 3:17). There is no other way (PDL 3:14). It is in the log before anything is gone, and that there
 * was something stays. For the operator alone: no route leads here.
 *
 * @returns how many versions say nothing any more
 * @throws Problem `forbidden` with the paragraph, `not-found` for what is not in that patient's record
 */
export async function removeRecords(
  parts: GateParts,
  eraser: Eraser,
  access: Access,
  { patient, resources, order }: Removal,
): Promise<number> {
  const all = await eraser.recordOf(patient)
  const record = all.filter(({ key }) => key.type !== 'Patient')
  if (record.length === 0) throw new Problem('not-found', 'There is no such record')
  const lastEntry = Math.max(...record.map((each) => each.lastEntry))
  const denial = order ? destruction(patient, order) : retention(lastEntry, parts.now())
  const entry = { access, patient, action: 'destroy' } as const
  if (denial) {
    await parts.log.append([denied(entry, denial)])
    throw new Problem('forbidden', `${denial.reason} (${denial.paragraph})`)
  }
  const wanted = resources.length > 0 ? resources : record.map(({ key }) => key)
  if (!wanted.every((key) => record.some((each) => isSame(each.key, key)))) {
    throw new Problem('not-found', 'That is not in the patient’s record')
  }
  const ground = order ? `PDL 8:4 IVO ${order.number}` : 'PDL 3:17'
  await parts.log.append([
    {
      ...entry,
      access: { ...access, statedReason: ground },
      outcome: 'permit',
      paragraph: undefined,
      resources: wanted.map(({ type, id }) => `${type}/${id}`),
    },
  ])
  for (const { type, id } of wanted) {
    await transact(parts, access, [{ kind: 'delete', type, target: id, ifMatch: undefined }])
  }
  return eraser.erase(wanted, ground)
}

const isSame = (one: ResourceKey, other: ResourceKey) =>
  one.type === other.type && one.id === other.id
