import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '../../fhir/problem.ts'
import type { Change, ChangeResult } from '../../fhir/record-system.ts'
import { contentOf } from './entries.ts'
import { createLoader, type LoadTarget } from './load.ts'

/** A target that keeps every version's text by id, in the order of their coming. */
function aTarget() {
  const versions: string[] = []
  const current = new Map<string, string>()
  const put = (change: Change): ChangeResult => {
    if (change.kind !== 'create' && change.kind !== 'update') return assert.fail()
    const id = change.kind === 'create' ? String(change.id) : change.key.id
    const there = current.get(id)
    if (there !== undefined && change.kind === 'create') return result('exists', there)
    const text = String(change.resource.bytes)
    versions.push(text)
    current.set(id, text)
    return result(there === undefined ? 'created' : 'updated', text)
  }
  const result = (outcome: 'exists' | 'created' | 'updated', text: string) =>
    ({ outcome, resource: { bytes: Buffer.from(text) } }) as unknown as ChangeResult
  const target: LoadTarget = {
    find: async () => [],
    versionsOf: async ({ id }) =>
      versions.filter((text) => JSON.parse(text).id === id).map((text) => Buffer.from(text)),
    transact: async (changes) => changes.map(put),
  }
  return { target, versions }
}

const basic = (id: string, text: string) =>
  `{"resourceType":"Basic","id":"${id}","code":{"text":"${text}"}}`

async function loaded(target: LoadTarget, ...documents: string[]) {
  const loader = createLoader(target)
  for (const text of documents) {
    await loader.add(contentOf({ name: 'document', bytes: Buffer.from(text) }))
  }
  await loader.finish()
  return loader.report
}

test('an id that comes again with other content is a version of its own, in its order', async () => {
  const { target, versions } = aTarget()
  const [first, second] = [basic('a', 'first'), basic('a', 'second')]
  const report = await loaded(target, first, basic('b', 'b'), second, second)
  assert.deepEqual(
    versions.filter((text) => text.includes('"a"')),
    [first, second],
  )
  assert.deepEqual([report.stored, report.updated, report.alreadyThere], [2, 1, 1])
})

test('a load that has an id twice writes nothing when it is run again', async () => {
  const { target, versions } = aTarget()
  const documents = [basic('a', 'first'), basic('b', 'b'), basic('a', 'second')]
  await loaded(target, ...documents)
  const report = await loaded(target, ...documents)
  assert.equal(versions.length, 3)
  assert.deepEqual([report.stored, report.updated, report.alreadyThere], [0, 0, 3])
})

test('what was there before other content holds again if the same load ends with it', async () => {
  const { target, versions } = aTarget()
  const documents = [basic('a', 'first'), basic('a', 'second'), basic('a', 'first')]
  const report = await loaded(target, ...documents)
  assert.deepEqual(versions, documents)
  assert.deepEqual([report.stored, report.updated, report.rejections], [1, 2, []])
  const again = await loaded(target, ...documents)
  assert.equal(versions.length, 3)
  assert.deepEqual([again.stored, again.updated, again.alreadyThere], [0, 0, 3])
})

test('what has been changed since it was loaded is left as it is, and named', async () => {
  const { target, versions } = aTarget()
  const documents = [basic('a', 'loaded'), basic('b', 'b')]
  await loaded(target, ...documents)
  await loaded(target, basic('a', 'edited'))
  const report = await loaded(target, ...documents)
  assert.equal(versions.length, 3)
  assert.deepEqual([report.stored, report.updated, report.alreadyThere], [0, 0, 1])
  assert.deepEqual(
    report.rejections.map(({ id, reasons }) => [id, ...reasons]),
    [['a', 'Has been changed or deleted since it said this, and is left as it is']],
  )
})

test('a number that is written otherwise is other content, and white space is not', async () => {
  const { target, versions } = aTarget()
  const of = (value: string) =>
    `{"resourceType":"Observation","id":"a","status":"final","code":{"text":"Hb"},"valueQuantity":{"value":${value}}}`
  const { alreadyThere, updated } = await loaded(target, of('1.0'), of('1.00'), of(' 1.00'))
  assert.deepEqual([alreadyThere, updated, versions.length], [1, 1, 2])
})

test('two resources of one fullUrl are not made into one: the second is named', async () => {
  const { target, versions } = aTarget()
  const entry = (text: string) =>
    `{"fullUrl":"urn:uuid:0c3f4f0e-1b0a-4a53-8a4c-7f6f5a0f1c11","resource":{"resourceType":"Basic","code":{"text":"${text}"}},"request":{"method":"POST","url":"Basic"}}`
  const bundle = `{"resourceType":"Bundle","type":"transaction","entry":[${entry('one')},${entry('other')},${entry('one')}]}`
  const report = await loaded(target, bundle)
  assert.equal(versions.length, 1)
  assert.deepEqual(
    report.rejections.map(({ name, reasons }) => [name, ...reasons]),
    [['document entry[1]', 'Another entry of the Bundle has the same fullUrl']],
  )
  assert.deepEqual([report.stored, report.alreadyThere], [1, 1])
})

/** A target that takes any new resource, and no new version of some. */
function refusing(target: LoadTarget, ...ids: string[]): LoadTarget {
  const isRefused = (change: Change) => change.kind === 'update' && ids.includes(change.key.id)
  return {
    ...target,
    async transact(changes) {
      if (changes.some(isRefused)) throw new Problem('conflict', 'Refused')
      return await target.transact(changes)
    },
  }
}

test('a new version that is refused is named, and what came with it is counted once', async () => {
  const { target, versions } = aTarget()
  await loaded(target, basic('a', 'first'), basic('b', 'first'), basic('c', 'same'))
  const bundle = ['a', 'b', 'c', 'd'].map((id) => {
    const text = id === 'c' ? 'same' : 'second'
    return `{"resource":${basic(id, text)}}`
  })
  const report = await loaded(
    refusing(target, 'b'),
    `{"resourceType":"Bundle","type":"collection","entry":[${bundle}]}`,
  )
  assert.deepEqual(
    report.rejections.map(({ id, reasons }) => [id, ...reasons]),
    [['b', 'Refused']],
  )
  assert.deepEqual([report.stored, report.updated, report.alreadyThere], [1, 1, 1])
  assert.equal(versions.length, 5)
})

test('content that can’t be made to hold again is named, and the rest of the load stands', async () => {
  const { target } = aTarget()
  const documents = ['first', 'second'].flatMap((text) => [basic('a', text), basic('b', text)])
  for (const each of documents) await loaded(target, each)
  let updates = 0
  const late: LoadTarget = {
    ...target,
    async transact(changes) {
      const isLast = changes.some(({ kind }) => kind === 'update') && ++updates > 1
      const named = changes.some((each) => each.kind === 'update' && each.key.id === 'a')
      if (isLast && named) throw new Problem('conflict', 'Refused')
      return await target.transact(changes)
    },
  }
  const third = [basic('a', 'third'), basic('b', 'third')]
  const report = await loaded(late, ...third, basic('a', 'first'), basic('b', 'first'))
  assert.deepEqual(
    report.rejections.map(({ id, reasons }) => [id, ...reasons]),
    [['a', 'Refused']],
  )
  assert.deepEqual([report.stored, report.updated, report.alreadyThere], [0, 3, 0])
})

test('what a search says of its own answer is named, and not kept as a record', async () => {
  const { target } = aTarget()
  const outcome = '{"resourceType":"OperationOutcome","issue":[]}'
  const entries = `{"resource":${basic('a', 'a')}},{"resource":${outcome},"search":{"mode":"outcome"}}`
  const report = await loaded(
    target,
    `{"resourceType":"Bundle","type":"searchset","entry":[${entries}]}`,
  )
  assert.deepEqual(
    report.rejections.map(({ name, type }) => [name, type]),
    [['document entry[1]', 'OperationOutcome']],
  )
  assert.equal(report.stored, 1)
})
