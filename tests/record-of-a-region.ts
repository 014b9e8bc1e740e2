import type { FhirResource } from 'fhir/r4'

export const NUMBER = '191212121212'

/** An id of a source that leaves no room for a region before it. */
export const LONG = 'a-very-long-id-from-a-source-that-fills-all-of-its-64-characters'

/** The system of HSA-ids. */
export const HSA = 'urn:oid:1.2.752.29.4.19'

/** A region's record of the one person: under an id of the region's own. */
export function regionOf(
  region: string,
  count: number,
  days: (n: number) => string,
): FhirResource[] {
  const unit = `SE${region}-E2`
  const source = { source: `${HSA}#${unit}` }
  const organization = (id: string, partOf?: string): FhirResource => ({
    resourceType: 'Organization',
    id,
    meta: source,
    identifier: [{ system: HSA, value: `SE${region}-${id}` }],
    name: `${region} ${id}`,
    ...(partOf && { partOf: { reference: `Organization/${partOf}` } }),
  })
  const subject = { reference: `Patient/pat-${region}` }
  return [
    organization('E1'),
    organization('E2', 'E1'),
    {
      resourceType: 'Patient',
      id: `pat-${region}`,
      meta: source,
      identifier: [{ system: 'urn:oid:1.2.752.129.2.1.3.1', value: NUMBER }],
      name: [{ family: 'Tolvansson', given: ['Tolvan'] }],
      birthDate: '1912-12-12',
    },
    {
      resourceType: 'Encounter',
      id: `enc-${region}`,
      meta: source,
      status: 'finished',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
      subject,
      period: { start: days(0) },
    },
    ...Array.from(
      { length: count },
      (_, n): FhirResource => ({
        resourceType: 'Observation',
        id: n === 0 && region === 'vgr' ? LONG : `obs-${region}-${n}`,
        meta: source,
        status: 'final',
        code: { coding: [{ system: 'urn:oid:1.2.752.108.1', code: 'NPU19748' }], text: 'P-CRP' },
        subject,
        encounter: { reference: `Encounter/enc-${region}` },
        effectiveDateTime: days(n),
        valueQuantity: { value: n + 0.5, unit: 'mg/L' },
        note: [{ text: `Ingen blödning ("reference":"Patient/x") <5 µg ${n}` }],
      }),
    ),
  ]
}
