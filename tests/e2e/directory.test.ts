import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { before, test } from 'node:test'
import type { FhirResource, Practitioner, PractitionerRole } from 'fhir/r4'
import { loadDirectory } from '../../src/directory-commands.ts'
import { demoDirectory } from '../../src/identity/demo-directory.ts'
import { HSA, idOf, organisationsOf } from '../../tools/population/organisations.ts'
import { startDemoLogins } from '../demo-logins.ts'
import { createHttpBrowser } from '../smart/http-browser.ts'
import { type KarnaUnderTest, startKarna } from './karna-under-test.ts'

/** Claims come from an identity provider that knows the demo's staff; the production knows nobody until it's told. */
const ANNA = 'anna.nystrom SE2321000131-U000000000011'
const folder = mkdtempSync(path.join(tmpdir(), 'karna-directory-'))

let under: KarnaUnderTest
let origin: string
before(async () => {
  const { logins, meet } = await startDemoLogins()
  under = await startKarna(undefined, logins, { demo: false, directory: 'stored' })
  origin = await under.karna.api.listen({ port: 0, host: '127.0.0.1' })
  meet(under.karna)
  const { registry, refresh } = under.karna.live
  await registry.put({ id: 'vgr', name: 'Västra Götalandsregionen', kind: 'own', state: 'live' })
  await refresh()
})

const identifier = (value: string) => [{ system: HSA, value }]

/** The demo's organisations and staff of a region, as a production gets them from its HSA. */
function* directoryFiles(): Generator<FhirResource> {
  for (const each of organisationsOf('vgr')) if (each.resourceType === 'Organization') yield each
  const units = new Set(
    demoDirectory.units.filter(({ region }) => region === 'vgr').map(({ hsaId }) => hsaId),
  )
  for (const { hsaId, commissions, ...member } of demoDirectory.staff) {
    if (!commissions.some(({ unit }) => units.has(unit))) continue
    const practitioner: Practitioner = {
      resourceType: 'Practitioner',
      id: idOf(hsaId),
      identifier: identifier(hsaId),
      name: [{ family: member.familyName, given: [member.givenName] }],
      qualification: [{ code: { coding: [{ code: member.profession }], text: member.title } }],
    }
    yield practitioner
    for (const { hsaId: own, unit, name, purpose } of commissions) {
      if (units.has(unit))
        yield roleOf(own, hsaId, unit, { coding: [{ code: purpose }], text: name })
    }
  }
}

const roleOf = (
  own: string,
  person: string,
  unit: string,
  code: NonNullable<PractitionerRole['code']>[number],
): PractitionerRole => ({
  resourceType: 'PractitionerRole',
  identifier: identifier(own),
  practitioner: { reference: `Practitioner/${idOf(person)}` },
  organization: { identifier: { system: HSA, value: unit } },
  code: [code],
})

async function load(resources: Iterable<object>): Promise<{ code: number; said: string }> {
  const file = path.join(folder, `${randomBytes(4).toString('hex')}.ndjson`)
  writeFileSync(file, [...resources].map((each) => JSON.stringify(each)).join('\n'))
  const said: string[] = []
  const code = await loadDirectory(under.karna, file, 'vgr', (text) => said.push(text))
  return { code, said: said.join('\n') }
}

/** Logs Anna in to the workspace: a token, or what the page said. */
async function logIn(): Promise<{ token?: string; page: string }> {
  const back = `${origin}/login`
  const verifier = randomBytes(32).toString('base64url')
  const asked = new URLSearchParams({
    ...{ response_type: 'code', client_id: 'karna-workspace', redirect_uri: back },
    ...{ scope: 'openid fhirUser user/*.cruds', aud: `${origin}/fhir/all`, state: 'a-long-state' },
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const browser = createHttpBrowser()
  let at = await browser.go(`${origin}/oauth/auth?${asked}`, [back])
  if (at.status === 200) at = await browser.go(at.address.href, [back], { choice: ANNA })
  const code = at.address.searchParams.get('code')
  if (code === null || at.status !== undefined) return { page: at.text }
  const body = new URLSearchParams({
    ...{ grant_type: 'authorization_code', client_id: 'karna-workspace', redirect_uri: back },
    ...{ code, code_verifier: verifier },
  })
  const answer = await fetch(`${origin}/oauth/token`, { method: 'POST', body })
  return { token: (await answer.json()).access_token, page: '' }
}

async function get(token: string, address: string) {
  const response = await fetch(`${origin}${address}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  return { status: response.status, json: await response.json() }
}

test('a production knows no units and staff until its directory is loaded, and no demo ones', async () => {
  assert.deepEqual(under.karna.directory.units, [])
  assert.match((await logIn()).page, /Uppdragets vårdenhet finns inte här/)
  await assert.rejects(under.karna.identity.issueToken('anna.nystrom'), /only in the demo/)
})

test('what is loaded lets staff log in, in the commission that they have, and names their unit', async () => {
  const { code, said } = await load(directoryFiles())
  assert.equal(said.includes('rejected '), false, said)
  assert.equal(code, 0)
  const { token = '' } = await logIn()
  const { json } = await get(token, '/identity/session')
  assert.equal(json.user.name, 'Anna Nyström')
  assert.equal(json.commission.unitName, 'Avd 30E Medicin, Älvstrandens sjukhus')
  assert.equal(json.commissions.length, 2)
  assert.equal((await get(token, '/fhir/vgr/Patient?name=Ek')).status, 200)
  assert.equal((await get(token, '/fhir/vgr/metadata')).status, 200)
})

test('the same once more changes nothing', async () => {
  const { code, said } = await load(directoryFiles())
  assert.equal(code, 0)
  assert.match(said, /^0 new or changed, 0 removed, \d+ as they were, 0 rejected$/)
})

test('entries that can’t be taken are named with why, and the rest are taken', async () => {
  const [first] = directoryFiles()
  const { code, said } = await load([
    { ...first, name: 'Nytt namn' },
    { resourceType: 'Practitioner', identifier: identifier('SE2321000131-A9'), name: [] },
    { resourceType: 'Patient' },
  ])
  assert.equal(code, 2)
  assert.match(said, /rejected .*:2: qualification has no profession that is known here/)
  assert.match(said, /rejected .*:3: Only Organization/)
  assert.match(said, /1 new or changed, 0 removed, 0 as they were, 2 rejected/)
})

test('a commission that has ended lets nobody in', async () => {
  const anna = demoDirectory.staff.find(({ login }) => login === 'anna.nystrom')
  const [first] = anna?.commissions ?? []
  const role = roleOf(first?.hsaId ?? '', anna?.hsaId ?? '', first?.unit ?? '', {
    coding: [{ code: 'care' }],
  })
  const practitioner = { identifier: { system: HSA, value: anna?.hsaId } }
  const { said } = await load([{ ...role, practitioner, active: false }])
  assert.match(said, /0 new or changed, 1 removed/)
  assert.match((await logIn()).page, /Uppdraget finns inte i katalogen/)
})

test('a region that isn’t written down has no directory', async () => {
  await assert.rejects(
    loadDirectory(under.karna, folder, 'nowhere', () => {}),
    /karna region join comes first/,
  )
})
