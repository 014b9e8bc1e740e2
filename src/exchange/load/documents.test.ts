import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { documentsIn, filesAt } from './documents.ts'

let folder: string
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'karna-documents-'))
})
after(() => rm(folder, { recursive: true, force: true }))

test('a path where nothing is, is told of', async () => {
  await assert.rejects(filesAt(path.join(folder, 'nowhere')), { code: 'not-found' })
})

test('a packed file that ends too early gives what it holds, and is told of', async () => {
  const lines = Array.from({ length: 20_000 }, (_, n) => `{"resourceType":"Basic","id":"${n}"}`)
  const packed = gzipSync(`${lines.join('\n')}\n`)
  const file = path.join(folder, 'cut.ndjson.gz')
  await writeFile(file, packed.subarray(0, packed.length - 100))
  let count = 0
  await assert.rejects(
    async () => {
      for await (const _ of documentsIn({ path: file, form: 'ndjson' })) count++
    },
    { code: 'invalid' },
  )
  assert.ok(count > 0)
})
