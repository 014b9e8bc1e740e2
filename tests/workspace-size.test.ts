import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { buildWorkspace } from '../workspace/build.ts'

const FOLDER = 'node_modules/.cache/workspace'
await buildWorkspace(FOLDER)
const assets = path.join(FOLDER, 'assets')
const named = (end: string) => readdirSync(assets).filter((name) => name.endsWith(end))

/** What a browser fetches before the first page stands: all that `index.html` names, gzipped, in kB. */
function firstRoute(end: string): number {
  const page = readFileSync(path.join(FOLDER, 'index.html'), 'utf8')
  const names = named(end).filter((name) => page.includes(name))
  assert.ok(names.length > 0, `no ${end} on the first page`)
  const bytes = names.map((name) => gzipSync(readFileSync(path.join(assets, name))).length)
  return bytes.reduce((sum, each) => sum + each, 0) / 1024
}

for (const [end, budget] of [
  ['.js', 135],
  ['.css', 15],
] as const) {
  test(`the first page takes no more than ${budget} kB of ${end}, gzipped`, (context) => {
    const kB = firstRoute(end)
    context.diagnostic(`${end}: ${kB.toFixed(1)} of ${budget} kB`)
    assert.ok(kB <= budget, `${kB.toFixed(1)} kB`)
  })
}

test('one font is enough, of no more than 50 kB', () => {
  const fonts = named('.woff2').map((name) => statSync(path.join(assets, name)).size / 1024)
  assert.equal(fonts.length, 1)
  assert.ok((fonts[0] ?? 99) <= 50)
})

test('nothing on the page comes from elsewhere', () => {
  const page = readFileSync(path.join(FOLDER, 'index.html'), 'utf8')
  assert.doesNotMatch(page, /https?:/)
  for (const name of named('.css')) {
    assert.doesNotMatch(readFileSync(path.join(assets, name), 'utf8'), /url\(["']?https?:/)
  }
})
