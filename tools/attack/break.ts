import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import type { BrokenBuild } from '../../tests/attack/attack-row.ts'

/** Loaded before everything else (`--import`): serves source files with a fault in each, named in `BROKEN_BUILD`. */
const faults: readonly BrokenBuild[] = JSON.parse(process.env.BROKEN_BUILD ?? '[]')

registerHooks({
  load(url, context, next) {
    const here = faults.filter(({ file }) => url.endsWith(`/${file}`))
    if (here.length === 0) return next(url, context)
    const loaded = next(url, context)
    const sound = readFileSync(new URL(url), 'utf8')
    const source = here.reduce((text, { find, put }) => text.replace(find, () => put), sound)
    return { ...loaded, source }
  },
})
