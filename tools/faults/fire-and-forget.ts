/** A broken build: the server with a log that is written in the background. The kill run must catch it. */
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

const RIGHT = 'return enqueue(inContext)'
const WRONG = 'enqueue(inContext).catch(() => {})\n      return Promise.resolve()'

registerHooks({
  load(url, context, next) {
    if (!url.endsWith('/src/law/access-log.ts')) return next(url, context)
    const source = readFileSync(new URL(url), 'utf8')
    if (!source.includes(RIGHT)) throw new Error('there is nothing here to break')
    return {
      format: 'module-typescript',
      source: source.replace(RIGHT, WRONG),
      shortCircuit: true,
    }
  },
})

await import('../../src/main.ts')
