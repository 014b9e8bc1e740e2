import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { COSMIC } from '../../../simulators/fhir-server/cosmic.ts'
import type { FaultMode } from '../../../simulators/fhir-server/faults.ts'
import { MILLENNIUM } from '../../../simulators/fhir-server/millennium.ts'
import {
  type FhirServerUnderTest,
  idsOf,
  recordsOf,
  searchIn,
  startFhirServer,
} from '../../../tests/fhir-server.ts'

const DEADLINE = 300
let servers: readonly FhirServerUnderTest[]
let patient: string

before(async () => {
  const resources = recordsOf('sormland')
  const profile = { deadline: DEADLINE, freshness: 0 }
  patient = resources.find(({ resourceType }) => resourceType === 'Patient')?.id ?? ''
  servers = await Promise.all(
    [MILLENNIUM, COSMIC].map((product) => startFhirServer(product, 'sormland', resources, profile)),
  )
})

const FAULTS: readonly (readonly [FaultMode, string])[] = [
  ['hung', 'timeout'],
  ['slow', 'timeout'],
  ['fault', 'unavailable'],
  ['truncated', 'unavailable'],
  ['garbage', 'unavailable'],
  ['down', 'unavailable'],
  ['lying', 'partial'],
]

test('a source that goes wrong is named, within its deadline, and nothing of another patient is shown', async () => {
  for (const { simulator, system } of servers) {
    for (const [mode, kind] of FAULTS) {
      simulator.setFault(mode)
      const began = Date.now()
      const page = await searchIn(system, 'Encounter', `patient=${patient}&_total=accurate`)
      assert.ok(Date.now() - began < DEADLINE + 200, `${mode}: ${Date.now() - began} ms`)
      assert.deepEqual(idsOf(page), [], mode)
      assert.equal(page.issues[0]?.kind, kind, `${system.name} ${mode}`)
      assert.equal(page.total, undefined)
    }
    simulator.setFault('none')
    assert.ok(idsOf(await searchIn(system, 'Encounter', `patient=${patient}`)).length > 0)
  }
})

test('a record is not said to be missing when the source didn’t answer', async () => {
  for (const { simulator, system } of servers) {
    const [id = ''] = idsOf(await searchIn(system, 'Encounter', `patient=${patient}`))
    simulator.setFault('down')
    await assert.rejects(system.locate({ type: 'Encounter', id }), { code: 'transient' })
    simulator.setFault('none')
    assert.equal((await system.locate({ type: 'Encounter', id }))?.key.id, id)
  }
})

test('a token that ended before its time is fetched anew, once', async () => {
  for (const { simulator, system } of servers) {
    simulator.forgetTokens()
    const page = await searchIn(system, 'Encounter', `patient=${patient}`)
    assert.deepEqual(page.issues, [])
    simulator.forgetTokens()
    simulator.setFault('refusing', 'token')
    const refused = await searchIn(system, 'Encounter', `patient=${patient}`)
    assert.equal(refused.issues[0]?.kind, 'unavailable')
    simulator.setFault('none')
  }
})
