import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freshDatabase } from '../../../tests/database.ts'
import { type App, createApps, mayAskFor } from './apps.ts'
import { CITIZEN, ownApp, WORKSPACE } from './own-apps.ts'

const app: App = {
  clientId: 'an-app',
  name: 'En app',
  users: 'staff',
  redirectUris: ['https://app.example/back'],
  scope: 'openid launch patient/Observation.rs',
}

const own = (clientId: string) => ownApp(clientId, 'https://journal.example')

test('an app is registered, found, and gone when it ends', async () => {
  const db = await freshDatabase()
  const apps = createApps(
    { query: (statement: { text: string }) => db.query(statement) } as never,
    own,
  )
  await apps.register({ ...app, launchUri: 'https://app.example/launch' })
  assert.equal((await apps.find('an-app'))?.name, 'En app')
  assert.deepEqual(await apps.origins(), ['https://app.example'])
  assert.equal((await apps.launchable()).length, 1)
  await apps.end('an-app')
  assert.equal(await apps.find('an-app'), undefined)
  assert.deepEqual(await apps.origins(), [])
})

test('what is unsafe or unclear is not registered', async () => {
  const apps = createApps({ query: () => Promise.reject(new Error('stored')) } as never, own)
  const wrong: Partial<Record<keyof App, unknown>>[] = [
    { clientId: 'a b' },
    { clientId: undefined },
    { name: ' ' },
    { users: 'everybody' },
    { redirectUris: 'https://app.example/back' },
    { redirectUris: [] },
    { redirectUris: ['http://app.example/back'] },
    { redirectUris: ['https://app.example/back#part'] },
    { redirectUris: ['https://user@app.example/back'] },
    { redirectUris: ['https://app.example/back', 'https://other.example/back'] },
    { redirectUris: ['javascript:alert(1)'] },
    { scope: 'openid everything' },
    { scope: 'patient/Observation.sr' },
    { jwksUri: 'http://app.example/keys' },
    { jwks: { keys: [{ kty: 'EC', d: 'secret' }] } },
    { users: 'none', redirectUris: [], jwksUri: 'https://app.example/keys' },
    { users: 'none', redirectUris: [], service: {} },
  ]
  for (const change of wrong) {
    await assert.rejects(
      apps.register({ ...app, ...change } as App),
      /can't be registered/,
      JSON.stringify(change),
    )
  }
})

test('an app may ask for its own scopes and narrower ones', () => {
  assert.ok(mayAskFor(app, 'openid'))
  assert.ok(mayAskFor(app, 'patient/Observation.r'))
  assert.ok(mayAskFor(app, 'patient/Observation.rs?category=laboratory'))
  assert.ok(!mayAskFor(app, 'offline_access'))
  assert.ok(!mayAskFor(app, 'patient/Observation.cruds'))
  assert.ok(!mayAskFor(app, 'user/Observation.rs'))
  assert.ok(!mayAskFor(app, 'patient/*.rs'))
  assert.ok(!mayAskFor(app, 'nonsense'))
})

test('the workspace is always there, and nobody else can be registered as it', async () => {
  const apps = createApps({ query: () => Promise.reject(new Error('stored')) } as never, own)
  assert.deepEqual((await apps.find(WORKSPACE))?.redirectUris, ['https://journal.example/login'])
  assert.deepEqual((await apps.find(CITIZEN))?.redirectUris, ['https://journal.example/my/login'])
  for (const clientId of [WORKSPACE, CITIZEN]) {
    await assert.rejects(apps.register({ ...app, clientId }), /our own pages’/)
  }
})
