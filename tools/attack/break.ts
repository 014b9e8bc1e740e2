import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import type { BrokenBuild } from '../../tests/attack/attack-row.ts'

/** Loaded before everything else (`--import`): serves one source file with one fault in it, named in `BROKEN_BUILD`. */
const { file, find, put }: BrokenBuild = JSON.parse(process.env.BROKEN_BUILD ?? '{}')

registerHooks({
  load(url, context, next) {
    if (!url.endsWith(`/${file}`)) return next(url, context)
    const loaded = next(url, context)
    return { ...loaded, source: readFileSync(new URL(url), 'utf8').replace(find, () => put) }
  },
})
