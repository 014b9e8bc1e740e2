import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { createSoapClient, type TlsOptions } from './soap-client.ts'
import { startSoapServer } from './soap-server.ts'
import { pieces, tag } from './write-xml.ts'

const skip =
  spawnSync('openssl', ['version']).status !== 0 &&
  'openssl, which makes the test keys, is not here'

/** A key with a certificate that signs itself and holds for 127.0.0.1. */
function selfSigned(folder: string, name: string): { cert: Buffer; key: Buffer } {
  const file = (end: string) => path.join(folder, `${name}.${end}`)
  const curve = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
  ]
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1']
  const files = ['-keyout', file('key'), '-out', file('crt')]
  execFileSync('openssl', ['req', '-x509', ...curve, ...subject, ...files], { stdio: 'ignore' })
  return { cert: readFileSync(file('crt')), key: readFileSync(file('key')) }
}

test('both sides show a certificate, or nothing is answered', { skip }, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tls-'))
  try {
    const [ours, theirs, stranger] = ['ours', 'theirs', 'stranger'].map((name) =>
      selfSigned(folder, name),
    )
    assert.ok(ours && theirs && stranger)
    const server = await startSoapServer({
      tls: { ...theirs, ca: ours.cert },
      maxBytes: 1000,
      handle: async () => pieces(tag('a', 'ja')),
    })
    const ask = async (tls: TlsOptions) => {
      const client = createSoapClient({ tls, maxConnections: 1 })
      const body = pieces(tag('q', 'vad?'))
      const call = { url: server.url, action: 'a', logicalAddress: 'SE1', body }
      const { kind } = await client.call({ ...call, deadline: 2000, maxBytes: 1000 })
      client.close()
      return kind
    }
    assert.equal(await ask({ ...ours, ca: theirs.cert }), 'answer')
    assert.equal(await ask({ ca: theirs.cert }), 'unavailable')
    assert.equal(await ask({ ...stranger, ca: theirs.cert }), 'unavailable')
    assert.equal(await ask({ ...ours, ca: stranger.cert }), 'unavailable')
    await server.close()
  } finally {
    rmSync(folder, { recursive: true })
  }
})
