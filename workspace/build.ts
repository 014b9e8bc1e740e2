import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'

const SOURCE = path.dirname(fileURLToPath(import.meta.url))
const LOCK = path.join(SOURCE, '..', 'package-lock.json')
/** The file in a built folder that tells what it was built from. */
const STAMP = 'built-from'

/**
 * Builds the workspace into a folder: `index.html`, and `assets/` with a brotli copy beside each file.
 * Does nothing when neither its sources nor its dependencies have changed since the folder was built.
 * It is built beside the folder and put in its place whole: several servers may start on one folder at once.
 *
 * @returns whether something was built
 */
export async function buildWorkspace(folder: string): Promise<boolean> {
  const hash = sourceHash()
  if (isBuiltFrom(hash, folder)) return false
  const fresh = `${path.resolve(folder)}.${process.pid}`
  try {
    await buildInto(fresh)
    writeFileSync(path.join(fresh, STAMP), hash)
    return putInPlace(fresh, folder, hash)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

function isBuiltFrom(hash: string, folder: string): boolean {
  const stamp = path.join(folder, STAMP)
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hash
}

/** @returns false when another process was first, with the same */
function putInPlace(fresh: string, folder: string, hash: string): boolean {
  if (isBuiltFrom(hash, folder)) return false
  rmSync(folder, { recursive: true, force: true })
  try {
    renameSync(fresh, folder)
    return true
  } catch (cause) {
    if (isBuiltFrom(hash, folder)) return false
    throw cause
  }
}

async function buildInto(folder: string): Promise<void> {
  const { build } = await import('vite')
  await build({
    root: SOURCE,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    cacheDir: path.join(folder, '.vite'),
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  })
  await compressAll(path.join(folder, 'assets'))
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
