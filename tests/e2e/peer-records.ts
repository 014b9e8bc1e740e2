import assert from 'node:assert/strict'
import { contentOf } from '../../src/exchange/load/entries.ts'
import { createLoader } from '../../src/exchange/load/load.ts'
import type { KarnaUnderTest } from './karna-under-test.ts'

/** The personal number of the one patient in both. */
export const NUMBER = '194604063075'

/** Where a record comes from: a unit's HSA-id. */
export const source = (unit: string) => ({ source: `urn:oid:1.2.752.29.4.19#${unit}` })

/** A patient who is in care at a unit. */
export function inCare(id: string, unit: string): object[] {
  const identifier = [{ system: 'urn:oid:1.2.752.129.2.1.3.1', value: NUMBER }]
  const patient = {
    resourceType: 'Patient',
    id,
    meta: source(unit),
    identifier,
    birthDate: '1946-04-06',
  }
  const encounter = {
    resourceType: 'Encounter',
    id: `e-${id}`,
    meta: source(unit),
    status: 'in-progress',
    class: { code: 'IMP' },
    subject: { reference: `Patient/${id}` },
  }
  return [patient, encounter]
}

/** A diagnosis that a unit has set. */
export const condition = (id: string, patient: string, unit: string, text: string) => ({
  resourceType: 'Condition',
  id,
  meta: source(unit),
  clinicalStatus: {
    coding: [
      { system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' },
    ],
  },
  code: { text },
  subject: { reference: `Patient/${patient}` },
})

/** Loads as `karna load` does; nothing may be rejected. */
export async function load(karna: KarnaUnderTest, region: string, resources: readonly object[]) {
  const loader = createLoader(karna.karna.loadTarget(region))
  for (const resource of resources) {
    await loader.add(contentOf({ name: 'test', bytes: Buffer.from(JSON.stringify(resource)) }))
  }
  await loader.finish()
  assert.deepEqual(loader.report.rejections, [])
}
