/** A broken build: writes are answered before their commit is on disk. The write run must catch it. */
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

const RIGHT = '-c jit=off'
const WRONG = '-c jit=off -c synchronous_commit=off'

registerHooks({
  load(url, context, next) {
    if (!url.endsWith('/src/db/database.ts')) return next(url, context)
    const source = readFileSync(new URL(url), 'utf8')
    if (!source.includes(RIGHT)) throw new Error('there is nothing here to break')
    return {
      format: 'module-typescript',
      source: source.replaceAll(RIGHT, WRONG),
      shortCircuit: true,
    }
  },
})

await import('../../src/main.ts')
