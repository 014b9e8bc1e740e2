import type { Communication } from 'fhir/r4'
import { parseJson } from '../fhir/json/parse.ts'
import { KARNA_LABELS } from '../fhir/label.ts'
import { Problem } from '../fhir/problem.ts'
import type { ResourceKey, StoredResource } from '../fhir/record-system.ts'
import { unseal } from '../fhir/seal.ts'
import { validResource } from '../fhir/validation/validate.ts'
import { basisOf } from './basis.ts'
import { transact } from './changes.ts'
import { type Operating, requireReason } from './decide.ts'
import type { HandOut, OperationAnswer } from './operation.ts'
import { sightOf } from './sight-of.ts'
import { nameOf } from './write-log.ts'

/**
 * Copies of records that are handed out on paper or otherwise: who has got what, and when, is documented in the record itself,
 * as a Communication beside what was handed out, and in the log. Nothing can be handed out that the user doesn't see, nor what
 * another provider keeps: whether it may be is theirs to judge. Direct access isn't handing out.
 *
 * Source: PDL 3 kap. 11 §.
 * @throws Problem `not-found` for what isn't there to be seen in this patient's record, `forbidden` for another provider's,
 *   `required` without recipient
 */
export async function handOut(
  { parts, access, facts }: Operating,
  { resources, recipient, reason }: HandOut,
): Promise<OperationAnswer> {
  requireReason(reason)
  if (recipient.trim().length < 2) {
    throw new Problem('required', 'Say who gets the copy (PDL 3:11)')
  }
  if (resources.length === 0) throw new Problem('required', 'Say what is handed out (PDL 3:11)')
  const sight = sightOf(access, [facts], 'read')
  const copies = await Promise.all(
    resources.map(async (key) => {
      const sealed = await parts.system.locate(key)
      const copy = sealed && unseal(sealed, sight)
      if (copy?.origin.patient !== facts.patient || copy.method === 'delete') {
        throw new Problem('not-found', `There is no such ${key.type} to be seen`)
      }
      if (copy.origin.provider !== access.provider) {
        throw new Problem('forbidden', 'Who keeps the record hands it out (PDL 2:6)')
      }
      return copy
    }),
  )
  const note = noteOf({ parts, access, facts }, copies, { recipient, reason })
  const resource = validResource(parseJson(Buffer.from(JSON.stringify(note))))
  const [written] = await transact(parts, access, [
    { kind: 'create', type: 'Communication', resource, id: undefined, ifNoneExist: undefined },
  ])
  await parts.log.append([
    {
      access: { ...access, statedReason: reason },
      patient: facts.patient,
      action: 'export',
      outcome: 'permit',
      paragraph: undefined,
      basis: basisOf(
        access,
        facts,
        copies.map(({ origin }) => origin),
      ),
      resources: copies.map(nameOf),
    },
  ])
  const documented: ResourceKey | undefined = written?.resource?.key
  return { ...(documented && { documented }) }
}

const HSA_ID = 'urn:oid:1.2.752.29.4.19'

function noteOf(
  { parts, access, facts }: Operating,
  copies: readonly StoredResource[],
  { recipient, reason }: Pick<HandOut, 'recipient' | 'reason'>,
): Communication {
  return {
    resourceType: 'Communication',
    status: 'completed',
    category: [
      { coding: [{ system: KARNA_LABELS, code: 'copy-handed-out' }], text: 'Utlämnad kopia' },
    ],
    subject: { reference: `Patient/${facts.patient}` },
    sent: new Date(parts.now()).toISOString(),
    recipient: [{ display: recipient }],
    sender: { identifier: { system: HSA_ID, value: access.user }, display: access.userName },
    reasonCode: [{ text: reason }],
    payload: copies.map(({ key, version }) => ({
      contentReference: { reference: `${key.type}/${key.id}/_history/${version}` },
    })),
  }
}
