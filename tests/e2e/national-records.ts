import assert from 'node:assert/strict'
import type { FhirResource, Patient } from 'fhir/r4'
import { contentOf } from '../../src/exchange/load/entries.ts'
import { createLoader } from '../../src/exchange/load/load.ts'
import { demoDirectory } from '../../src/identity/demo-directory.ts'
import type { KarnaUnderTest } from './karna-under-test.ts'

/** Loads records into the region's own store, as an import does. */
export async function loadInto(
  { karna }: Pick<KarnaUnderTest, 'karna'>,
  resources: readonly object[],
): Promise<void> {
  const loader = createLoader(karna.loadTarget('vgr'))
  for (const resource of resources) {
    await loader.add(contentOf({ name: 'test', bytes: Buffer.from(JSON.stringify(resource)) }))
  }
  await loader.finish()
  assert.deepEqual(loader.report.rejections, [])
}

/** The ward of a region of ours, and the provider whose record is there. */
export const WARD = 'SE2321000131-E000000000030'
export const PROVIDER = demoDirectory.units.find(({ hsaId }) => hsaId === WARD)?.provider ?? ''

/** Somebody who is old enough to consent, and has diagnoses. */
export function adultIn(records: readonly FhirResource[]): Patient {
  const withDiagnosis = new Set(
    records.flatMap((each) => (each.resourceType === 'Condition' ? each.subject.reference : [])),
  )
  const found = records.find(
    (each): each is Patient =>
      each.resourceType === 'Patient' &&
      (each.birthDate ?? '') < '1990' &&
      withDiagnosis.has(`Patient/${each.id}`),
  )
  assert.ok(found)
  return found
}

/** Whoever is last, and young enough not to be that one. */
export function lastIn(records: readonly FhirResource[]): Patient {
  const found = records.findLast((each): each is Patient => each.resourceType === 'Patient')
  assert.ok(found)
  return found
}

/** Somebody with a number in care at the ward, and a diagnosis there. */
export function ours(number: string): object[] {
  const meta = { source: `urn:oid:1.2.752.29.4.19#${WARD}` }
  const subject = { reference: 'Patient/p1' }
  const identifier = [{ system: 'urn:oid:1.2.752.129.2.1.3.1', value: number }]
  const patient = { resourceType: 'Patient', id: 'p1', meta, identifier, birthDate: '1950-01-01' }
  const encounter = { resourceType: 'Encounter', id: 'e1', meta, subject, class: { code: 'IMP' } }
  return [patient, { ...encounter, status: 'in-progress' }, condition('c1', 'Ingen pneumoni <5')]
}

/** A diagnosis made at the ward. */
export const condition = (id: string, text: string, unit = WARD) => ({
  resourceType: 'Condition',
  id,
  meta: { source: `urn:oid:1.2.752.29.4.19#${unit}` },
  subject: { reference: 'Patient/p1' },
  clinicalStatus: {
    coding: [
      { system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' },
    ],
  },
  code: { text },
  recordedDate: '2026-10-01',
})

/** A warning instead of the diagnosis. */
export const flag = ({
  clinicalStatus: _,
  recordedDate: _at,
  ...rest
}: ReturnType<typeof condition>) => rest

const LABELS = 'https://karna.se/fhir/CodeSystem/label'

/** The patient closes the provider's records to other providers. */
export function outerBlock(id: string): object {
  const coded = (code: string) => ({ coding: [{ system: LABELS, code }] })
  return {
    resourceType: 'Consent',
    id,
    meta: { source: `urn:oid:1.2.752.29.4.19#${WARD}` },
    status: 'active',
    scope: { text: 'Spärr' },
    category: [coded('outer-block')],
    patient: { reference: 'Patient/p1' },
    dateTime: '2026-10-01',
    policyRule: { text: 'SVOD' },
    provision: {
      type: 'deny',
      actor: [
        {
          role: coded('provider'),
          reference: { identifier: { system: 'urn:oid:1.2.752.29.4.19', value: PROVIDER } },
        },
      ],
    },
  }
}
