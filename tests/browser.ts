import { existsSync } from 'node:fs'
import path from 'node:path'
import { type Browser, chromium } from 'playwright-core'

/** Chromium wants no network of its own here, and no sandbox as root. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A headless Chromium: the system's if it has one, else the one that npm installed. The caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  const system = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
    (file) => existsSync(file),
  )
  if (system) return chromium.launch({ executablePath: system, args: ARGUMENTS })
  const { default: packed } = await import('@sparticuz/chromium')
  packed.setGraphicsMode = false
  const executablePath = await packed.executablePath()
  return chromium
    .launch({ executablePath, args: ARGUMENTS })
    .catch(async () =>
      chromium.launch({ executablePath, args: ARGUMENTS, env: await withLibraries() }),
    )
}

/** The npm package brings the libraries (NSS and kin) that a bare server lacks. */
async function withLibraries(): Promise<Record<string, string>> {
  const { inflate } = await import('@sparticuz/chromium')
  const entry = new URL(import.meta.resolve('@sparticuz/chromium')).pathname
  const folder = await inflate(path.join(path.dirname(entry), '..', 'bin', 'al2023.tar.br'))
  return { LD_LIBRARY_PATH: path.join(folder, 'lib') }
}
