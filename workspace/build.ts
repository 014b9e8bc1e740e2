import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'

const SOURCE = path.dirname(fileURLToPath(import.meta.url))
const LOCK = path.join(SOURCE, '..', 'package-lock.json')

/**
 * Builds the workspace into a folder: `index.html`, and `assets/` with a brotli copy beside each file.
 * Does nothing when neither its sources nor its dependencies have changed since the folder was built.
 *
 * @returns whether something was built
 */
export async function buildWorkspace(folder: string): Promise<boolean> {
  const stamp = path.join(folder, 'built-from')
  const hash = sourceHash()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return false
  const { build } = await import('vite')
  await build({
    root: SOURCE,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    cacheDir: path.join(folder, '.vite'),
    build: {
      outDir: path.resolve(folder),
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  })
  await compressAll(path.join(folder, 'assets'))
  writeFileSync(stamp, hash)
  return true
}

function sourceHash(): string {
  const hash = createHash('sha256').update(readFileSync(LOCK))
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).sort()
  for (const name of files.filter((each) => /\.(tsx?|css|html)$/.test(each))) {
    hash.update(`${name}\n`).update(readFileSync(path.join(SOURCE, name)))
  }
  return hash.digest('hex')
}

async function compressAll(folder: string): Promise<void> {
  const pack = promisify(brotliCompress)
  const names = readdirSync(folder).filter((name) => /\.(js|css|svg)$/.test(name))
  await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name)
      const params = { [constants.BROTLI_PARAM_QUALITY]: 9 }
      writeFileSync(`${file}.br`, await pack(readFileSync(file), { params }))
    }),
  )
}
