import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { opensslMissing, selfSigned } from '../../../../simulators/rivta/self-signed.ts'
import { createSoapClient, type TlsOptions } from './soap-client.ts'
import { startSoapServer } from './soap-server.ts'
import { pieces, tag } from './write-xml.ts'

const skip = opensslMissing

test('both sides show a certificate, or nothing is answered', { skip }, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tls-'))
  try {
    const [ours, theirs, stranger] = ['ours', 'theirs', 'stranger'].map((name) =>
      selfSigned(folder, name),
    )
    assert.ok(ours && theirs && stranger)
    const callers: (string | undefined)[] = []
    const server = await startSoapServer({
      tls: { ...theirs, ca: ours.cert },
      maxBytes: 1000,
      handle: async (_, { certificate }) => {
        callers.push(certificate)
        return pieces(tag('a', 'ja'))
      },
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
    assert.deepEqual(callers, ['ours'], 'the provider knows who asks')
    await server.close()
  } finally {
    rmSync(folder, { recursive: true })
  }
})
