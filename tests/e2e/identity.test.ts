import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startKarna } from './karna-under-test.ts'

const { karna } = await startKarna()

type Method = 'GET' | 'POST' | 'PUT'

async function ask(method: Method, url: string, body?: object, token?: string) {
  const response = await karna.api.inject({
    method,
    url,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { payload: JSON.stringify(body) }),
  })
  return { status: response.statusCode, json: response.body ? response.json() : undefined }
}

const loggedIn = async () => (await ask('POST', '/identity/login', { login: 'anna.nystrom' })).json

describe('the demo’s login', () => {
  it('lists staff with the commissions they choose among', async () => {
    const { json } = await ask('GET', '/identity/demo')
    const anna = json.staff.find((each: { login: string }) => each.login === 'anna.nystrom')
    assert.equal(anna.name, 'Anna Nyström')
    assert.deepEqual(
      [anna.commissions[0].unitName, anna.commissions[0].region, anna.commissions[0].purpose],
      ['Avd 30E Medicin', 'vgr', 'care'],
    )
  })

  it('gives a token that opens the commission’s region and no other', async () => {
    const { token, region, user, commission, expires } = await loggedIn()
    assert.deepEqual(
      [region, user.title, commission.unitName],
      ['vgr', 'ST-läkare', 'Avd 30E Medicin'],
    )
    assert.ok(Date.parse(expires) > Date.now() + 3_600_000)
    assert.equal((await ask('GET', '/fhir/vgr/Patient?name=ingen', undefined, token)).status, 200)
    assert.equal((await ask('GET', '/fhir/skane/Patient?name=ingen', undefined, token)).status, 403)
  })

  it('refuses another’s commission, an unknown login and a body that is not JSON', async () => {
    const other = { login: 'anna.nystrom', commission: 'SE2321000131-U000000000021' }
    assert.equal((await ask('POST', '/identity/login', other)).status, 404)
    assert.equal((await ask('POST', '/identity/login', { login: 'nobody' })).status, 404)
    const form = await karna.api.inject({
      method: 'POST',
      url: '/identity/login',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'login=anna.nystrom',
    })
    assert.equal(form.statusCode, 400)
  })

  it('tells whose session it is, and in which other commissions they could be', async () => {
    const { token } = await loggedIn()
    const { json } = await ask('GET', '/identity/session', undefined, token)
    assert.deepEqual(
      [json.user.name, json.user.role, json.commission.unitName, json.region],
      ['Anna Nyström', 'doctor', 'Avd 30E Medicin', 'vgr'],
    )
    assert.deepEqual(
      json.commissions.map(({ unitName }: { unitName: string }) => unitName),
      ['Avd 30E Medicin', 'Akutmottagningen'],
    )
    assert.equal((await ask('GET', '/identity/session')).status, 401)
  })

  it('ends a session at logout', async () => {
    const { token } = await loggedIn()
    assert.equal((await ask('POST', '/identity/logout', undefined, token)).status, 204)
    assert.equal((await ask('GET', '/fhir/vgr/Patient?name=x', undefined, token)).status, 401)
  })
})

describe('what a user has read', () => {
  it('is kept per user, region and patient', async () => {
    const { token } = await loggedIn()
    const marks = '/identity/read-marks/vgr/p1'
    assert.deepEqual((await ask('GET', marks, undefined, token)).json, { readAt: null })
    const readAt = '2026-11-24T07:30:00.000Z'
    assert.equal((await ask('PUT', marks, { readAt }, token)).status, 200)
    assert.deepEqual((await ask('GET', marks, undefined, token)).json, { readAt })
    const goran = (await ask('POST', '/identity/login', { login: 'goran.ek' })).json.token
    assert.deepEqual((await ask('GET', marks, undefined, goran)).json, { readAt: null })
    assert.equal((await ask('GET', '/identity/read-marks/skane/p1', undefined, token)).status, 403)
    assert.equal((await ask('GET', marks)).status, 401)
  })

  it('tells of blocked records only to one who may open the record', async () => {
    const { token } = await loggedIn()
    assert.equal((await ask('GET', '/identity/hidden/vgr/p1', undefined, token)).status, 403)
  })
})
