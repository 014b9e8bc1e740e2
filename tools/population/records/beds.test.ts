import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Encounter, FhirResource } from 'fhir/r4'
import { populate } from '../populate.ts'
import { createBeds } from './beds.ts'

const aStay = (display: string, status: Encounter['status'] = 'in-progress'): Encounter => ({
  resourceType: 'Encounter',
  status,
  class: { code: 'IMP' },
  serviceProvider: { reference: 'Organization/ward' },
  location: [{ location: { display } }],
})
const placeOf = (resource: FhirResource) =>
  resource.resourceType === 'Encounter' ? resource.location?.[0]?.location.display : undefined

test('who comes second to a bed gets the next that is free, and none is left when the ward is full', () => {
  const inBed = createBeds()
  const places = Array.from({ length: 26 }, () => placeOf(inBed(aStay('Sal 9, plats 2'))))
  assert.deepEqual(places.slice(0, 3), ['Sal 9, plats 2', 'Sal 10, plats 1', 'Sal 10, plats 2'])
  assert.equal(new Set(places).size, 26)
  assert.deepEqual(places.slice(24), ['Extraplats 1', 'Extraplats 2'])
})

test('a stay that is over keeps its bed, and takes nobody’s', () => {
  const inBed = createBeds()
  inBed(aStay('Sal 1, plats 1'))
  assert.equal(placeOf(inBed(aStay('Sal 1, plats 1', 'finished'))), 'Sal 1, plats 1')
})

test('no two of the population lie in the same bed now', () => {
  const options = { seed: 'karna', patients: 130, until: '2026-11-24T13:05:00+01:00' }
  const now = [...populate(options)]
    .flatMap(({ region, resources }) => resources.map((resource) => ({ region, resource })))
    .flatMap(({ region, resource }) =>
      resource.resourceType === 'Encounter' &&
      resource.status === 'in-progress' &&
      resource.location
        ? [`${region} ${resource.serviceProvider?.reference} ${placeOf(resource)}`]
        : [],
    )
  assert.ok(now.length >= 10)
  assert.equal(new Set(now).size, now.length)
})
