import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { readConfig } from './config.ts'
import { preparePlace } from './place.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'karna-place-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const config = (more: object) => ({ ...readConfig({}), dataFolder: folder, port: 0, ...more })

test('a folder that is not there is made, with those above it', async () => {
  await preparePlace(config({ dataFolder: path.join(folder, 'a', 'b') }))
})

test('a folder that can’t be made is told with what to do', async () => {
  const file = path.join(folder, 'file')
  writeFileSync(file, '')
  for (const dataFolder of [path.join(file, 'below'), '/proc/karna']) {
    await assert.rejects(preparePlace(config({ dataFolder })), /can't be written.*KARNA_DATA=/)
  }
})

test('a taken port is told before anything is started, with another to take', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as { port: number }
  await assert.rejects(
    preparePlace(config({ port })),
    new RegExp(`Port ${port} is taken.*KARNA_PORT=${port + 1}`),
  )
  await new Promise((resolve) => other.close(resolve))
  await preparePlace(config({ port }))
})
