import assert from 'node:assert/strict'
import { test } from 'node:test'
import { referencesTo } from './references.ts'

const pointing = (...conditions: string[]) =>
  Buffer.from(JSON.stringify({ performer: conditions.map((reference) => ({ reference })) }))

/** A target with some matches, and what was asked of it. */
function aTarget(matches: Map<string, readonly string[]>) {
  const asked: string[] = []
  return {
    asked,
    transact: async () => [],
    versionsOf: async () => [],
    find: async (condition: string) => {
      asked.push(condition)
      return matches.get(condition) ?? []
    },
  }
}

test('a condition is looked up once for the whole load', async () => {
  const target = aTarget(new Map([['Practitioner?identifier=1', ['Practitioner/7']]]))
  const finder = referencesTo(target)
  const resource = pointing('Practitioner?identifier=1', 'Patient/1')
  for (const resources of [[resource, resource], [resource]]) {
    await finder.lookUp(resources, async () => assert.fail('nothing is missing'))
  }
  assert.deepEqual(target.asked, ['Practitioner?identifier=1'])
  const { found, complete } = finder.resolve(resource)
  assert.deepEqual([...found], [['Practitioner?identifier=1', 'Practitioner/7']])
  assert.equal(complete, true)
})

test('what is missing is looked for again when what waits is written, and is told if it is not there', async () => {
  const matches = new Map<string, readonly string[]>([
    ['Location?name=two', ['Location/1', 'Location/2']],
  ])
  const target = aTarget(matches)
  const finder = referencesTo(target)
  const resource = pointing('Location?name=late', 'Location?name=never', 'Location?name=two')
  await finder.lookUp([resource], async () => {
    matches.set('Location?name=late', ['Location/3'])
  })
  const { found, missing, complete } = finder.resolve(resource)
  assert.deepEqual([...found.keys()], ['Location?name=late'])
  assert.deepEqual(missing, ['Location?name=never', 'Location?name=two'])
  assert.equal(complete, false)
})
