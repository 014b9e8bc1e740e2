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

/** What is found in a file of these bytes: names and texts. */
async function found(name: string, bytes: Buffer): Promise<[string, string][]> {
  const file = path.join(folder, name)
  await writeFile(file, bytes)
  const documents: [string, string][] = []
  for await (const each of documentsIn({ path: file, form: 'ndjson' })) {
    documents.push([each.name.slice(file.length), each.bytes.toString('latin1')])
  }
  return documents
}

test('a line is the bytes between newlines, whatever they are, and each is a document of its own', async () => {
  const lines = [
    Buffer.from('{"bad'),
    Buffer.from(' \t'),
    Buffer.from('{"family":"\xc5sa"}', 'latin1'),
    Buffer.from('{"text":"a\u2028b\u2029c"}\r'),
    Buffer.from('{"id":"last"}'),
  ]
  const bytes = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]))
  assert.deepEqual(await found('lines.ndjson', bytes), [
    [':1', '{"bad'],
    [':3', '{"family":"\xc5sa"}'],
    [':4', String(lines[3]?.toString('latin1'))],
    [':5', '{"id":"last"}'],
  ])
})

test('a mark of byte order before the first line is no part of it', async () => {
  const bytes = Buffer.from('\ufeff{"id":"1"}\n{"id":"2"}')
  assert.deepEqual(await found('marked.ndjson', bytes), [
    [':1', '{"id":"1"}'],
    [':2', '{"id":"2"}'],
  ])
})
