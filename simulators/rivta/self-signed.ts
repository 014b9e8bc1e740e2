import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'

/** For tests that need keys: why they are skipped, or `false`. */
export const opensslMissing: string | false =
  spawnSync('openssl', ['version']).status !== 0 &&
  'openssl, which makes the test keys, is not here'

/** A key with a certificate that signs itself and holds for 127.0.0.1. `name` is its commonName. */
export function selfSigned(folder: string, name: string): { cert: Buffer; key: Buffer } {
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
