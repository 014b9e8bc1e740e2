import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'

const folder = mkdtempSync(path.join(tmpdir(), 'karna-start-'))
chmodSync(folder, 0o755) // root lends the cluster to another user, who must get there
const started: ChildProcess[] = []
after(() => {
  for (const child of started) child.kill()
  rmSync(folder, { recursive: true, force: true })
})

/** `npm start` of an older lock file would install first, under the feet of the other tests. */
function isInstalled(): boolean {
  const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex')
  const marker = 'node_modules/.karna-ready'
  return existsSync(marker) && readFileSync(marker, 'utf8').trim() === `${lock} all`
}

function npmStart(): ChildProcess {
  const env = { ...process.env, KARNA_DATA: folder, KARNA_PORT: '0', KARNA_DEMO_PATIENTS: '0' }
  const child = spawn('npm', ['start'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  started.push(child)
  return child
}

/** The first line of standard output that looks so. */
function line(child: ChildProcess, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    if (!child.stdout) return reject(new Error('its output is piped'))
    createInterface({ input: child.stdout }).on('line', (text) => {
      if (wanted.test(text)) resolve(text)
    })
    child.once('exit', () => reject(new Error('it ended before it was ready')))
  })
}

const lockFile = path.join(folder, 'postgres', 'cluster', 'postmaster.pid')
const postgres = () => Number(readFileSync(lockFile, 'utf8').split('\n')[0])

/** The process that npm became, or started: the child of its shell, or of itself. */
function nodeUnder(npm: number | undefined): number {
  const children = readFileSync(`/proc/${npm}/task/${npm}/children`, 'utf8').trim().split(' ')
  return Number(children[0])
}

const runs = (pid: number) => {
  try {
    process.kill(pid, 0)
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

async function gone(pid: number): Promise<void> {
  for (let tries = 0; tries < 600 && runs(pid); tries++) await pause(50)
  assert.ok(!runs(pid), `${pid} still runs`)
}

const skip =
  process.platform !== 'linux'
    ? 'needs /proc'
    : !isInstalled() && 'the dependencies are older than the lock file'

test('npm start goes on after a kill, is alone on its folder, and ends whole with a signal', {
  skip,
}, async () => {
  const killed = npmStart()
  await line(killed, /^ready http:\/\/127\.0\.0\.1:\d+$/)
  const [node, server] = [nodeUnder(killed.pid), postgres()]
  process.kill(node, 'SIGKILL')
  process.kill(server, 'SIGKILL')
  await Promise.all([gone(node), gone(server)])
  // The pid of the lock file now names somebody else: ourselves.
  writeFileSync(lockFile, readFileSync(lockFile, 'utf8').replace(/^\d+/, String(process.pid)))

  const again = npmStart()
  const [, address = ''] = /(http.*)/.exec(await line(again, /^ready /)) ?? []
  assert.equal((await fetch(`${address}/fhir/vgr/metadata`)).status, 200)
  assert.equal((await fetch(address)).headers.get('content-type'), 'text/html; charset=utf-8')

  const second = npmStart()
  let said = ''
  second.stderr?.on('data', (text) => {
    said += text
  })
  const code = await new Promise((resolve) => second.once('exit', resolve))
  assert.notEqual(code, 0)
  assert.match(said, /Another Kärna is running .*KARNA_DATA=/)

  const alive = [nodeUnder(again.pid), postgres()]
  again.kill('SIGTERM')
  await Promise.all(alive.map(gone))
})
