import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import type { OutgoingHttpHeaders } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { opensslMissing, selfSigned } from '../../../simulators/rivta/self-signed.ts'
import { createAskPeer } from './ask-peer.ts'

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }
const PAGE = '{"hits":[],"issues":[]}'
const OUTCOME = '{"resourceType":"OperationOutcome","issue":[]}'

/** What comes from where another Kärna should be, and what it's taken for; `undefined`: an answer. */
const CASES: readonly (readonly [number, OutgoingHttpHeaders, string, string | undefined])[] = [
  [200, JSON_TYPE, PAGE, undefined],
  [200, { 'content-type': 'text/html' }, '<html>Logga in</html>', 'transient'],
  [200, { 'content-type': 'text/html' }, PAGE, 'transient'],
  [200, {}, PAGE, 'transient'],
  [200, JSON_TYPE, PAGE.slice(0, 9), 'transient'],
  [200, { ...JSON_TYPE, 'content-length': PAGE.length + 9 }, PAGE, 'transient'],
  [200, JSON_TYPE, OUTCOME, 'transient'],
  [302, { location: '/login' }, '', 'transient'],
  [403, { 'content-type': 'text/html' }, '<html>Forbidden</html>', 'transient'],
  [400, JSON_TYPE, '{}', 'transient'],
  [403, { 'content-type': 'application/fhir+json' }, OUTCOME, 'forbidden'],
]

test('what is no Kärna’s answer is a silence, whoever sent it', {
  skip: opensslMissing,
}, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'karna-ask-'))
  const tls = selfSigned(folder, 'peer')
  let next: (typeof CASES)[number] | undefined
  const server = createServer(tls, (_request, response) => {
    const [status = 500, headers = {}, body = ''] = next ?? []
    response.writeHead(status, headers).write(body)
    if (headers['content-length'] === undefined) response.end()
    else response.socket?.end() // before all that was promised
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const asker = createAskPeer({ url, region: 'vgr', ca: String(tls.cert), deadline: 2_000 })
  const question = { type: 'Condition', text: '', cursor: undefined } as const
  for (const each of CASES) {
    next = each
    const answer = await asker
      .ask('search', question, async () => 'signed')
      .then(
        () => undefined,
        ({ code }: { code: string }) => code,
      )
    assert.equal(answer, each[3], JSON.stringify(each))
  }
  asker.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true })
})
