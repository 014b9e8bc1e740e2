import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { buildWorkspace } from '../../workspace/build.ts'
import { launchBrowser } from '../browser.ts'
import { startDemoLogins } from '../demo-logins.ts'
import { atEndOfFile } from '../endings.ts'
import { startKarna } from './karna-under-test.ts'

const FOLDER = 'node_modules/.cache/workspace'
await buildWorkspace(FOLDER)
// No demo: what a region runs, with the identity provider that its settings name.
const { logins, meet } = await startDemoLogins()
const under = await startKarna(FOLDER, logins, { demo: false })
const { karna, db } = under
const origin = await karna.api.listen({ port: 0, host: '127.0.0.1' })
meet(karna)

let browser: Browser
before(async () => {
  browser = await launchBrowser()
  atEndOfFile(() => browser.close())
})

const context = () => browser.newContext({ locale: 'sv-SE', timezoneId: 'Europe/Stockholm' })

/** A page at an address, and through the identity provider's own page in a commission of Anna's. */
async function loggedIn(
  at: BrowserContext,
  path = '/patients',
  commission = 'Avd 30E Medicin',
): Promise<Page> {
  const page = await at.newPage()
  await page.goto(origin + path)
  await logInAt(page, commission)
  return page
}

async function logInAt(page: Page, commission: string): Promise<void> {
  await page.getByRole('button', { name: 'Logga in med SITHS' }).click()
  await page.getByRole('heading', { name: 'Logga in som personal' }).waitFor()
  const anna = page.getByRole('listitem').filter({ hasText: 'Anna Nyström' })
  await anna.getByRole('button', { name: commission }).click()
  await page.getByRole('button', { name: new RegExp(`^${commission}.*byt uppdrag`) }).waitFor()
}

describe('logging in without the demo', () => {
  it('goes through the identity provider, comes back to where one was, and leaves nothing behind', async () => {
    const page = await loggedIn(await context(), '/patient/p-1/results')
    assert.equal(page.url(), `${origin}/patient/p-1/results`)
    const kept = await page.evaluate(() => ({
      local: { ...localStorage },
      session: { ...sessionStorage },
      cookies: document.cookie,
      history: history.state,
    }))
    assert.deepEqual(kept, { local: {}, session: {}, cookies: '', history: null })
    assert.equal(await page.getByText('Demo', { exact: true }).count(), 0)
    assert.equal((await karna.api.inject('/identity/demo')).statusCode, 404)
    const { rows } = await db.query<{ n: number }>({
      text: "select count(*)::int as n from identity.oauth_item where kind = 'RefreshToken'",
      values: [],
    })
    assert.equal(rows[0]?.n, 0) // no token that outlives the page
  })

  it('goes on in a page that is loaded anew and in a new tab, and ends in all of them at logout', async () => {
    const tabs = await context()
    const page = await loggedIn(tabs)
    await page.reload()
    await page.getByRole('heading', { name: 'Patienter' }).waitFor()
    const other = await tabs.newPage()
    await other.goto(`${origin}/patients`)
    await other.getByRole('heading', { name: 'Patienter' }).waitFor()
    const { rows: grants } = await db.query<{ n: number }>({
      text: 'select count(*)::int as n from identity.app_context group by login order by n desc',
      values: [],
    })
    assert.equal(grants[0]?.n, 1) // however often a login's tokens are renewed
    await page.getByRole('button', { name: 'Logga ut' }).click()
    await page.getByText('Du är utloggad.').waitFor()
    await page.goto(`${origin}/patients`)
    await page.getByRole('button', { name: 'Logga in med SITHS' }).waitFor()
    await other.getByLabel('Namn eller personnummer').fill('ek')
    await other.keyboard.press('Enter')
    await other.getByText('Sessionen är slut eller låst').waitFor()
  })

  it('changes commission by a new login, and the one before ends', async () => {
    const page = await loggedIn(await context())
    await page.keyboard.press('Escape')
    await page.getByRole('heading', { name: 'Patienter' }).click()
    await page.keyboard.press('b')
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /Akutmottagningen/ })
      .click()
    await page.getByRole('heading', { name: 'Logga in som personal' }).waitFor()
    const anna = page.getByRole('listitem').filter({ hasText: 'Anna Nyström' })
    await anna.getByRole('button', { name: 'Akutmottagningen' }).click()
    await page.getByRole('button', { name: /^Akutmottagningen/ }).waitFor()
  })
})

describe('a login that goes on', () => {
  it('gets a new token when the old one’s time is out, and nobody notices', async () => {
    const page = await loggedIn(await context())
    const tokens: string[] = []
    page.on('request', (request) => {
      if (request.url().endsWith('/oauth/token')) tokens.push(request.url())
    })
    await page.clock.install()
    await page.clock.fastForward('06:00')
    await page.getByLabel('Namn eller personnummer').fill('ek')
    await page.keyboard.press('Enter')
    await page.getByText('Ingen patient hittades').waitFor()
    assert.equal(tokens.length, 1)
  })

  it('is locked on the screen when nobody has been there for a quarter of an hour', async () => {
    const page = await context().then((each) => each.newPage())
    await page.clock.install()
    await page.goto(`${origin}/patients`)
    await logInAt(page, 'Avd 30E Medicin')
    await page.clock.fastForward('16:00')
    await page.getByText('Låst efter 15 minuter').waitFor()
    assert.equal(await page.locator('.app').count(), 0)
  })

  it('ends on the screen when it has ended on the server, and does not lead another to what was open', async () => {
    const page = await loggedIn(await context(), '/patient/p-1')
    await db.query({ text: 'update identity.login set ended_at = now()', values: [] })
    await page.waitForTimeout(1_100) // a login that was looked up is believed for a second
    await page.getByLabel(/^Skäl/).fill('Patienten söker vård hos oss')
    await page.keyboard.press('Enter')
    await page.getByText('Sessionen är slut eller låst').waitFor()
    await page.getByRole('button', { name: 'Logga in med SITHS' }).click()
    const maria = page.getByRole('listitem').filter({ hasText: 'Maria Holm' })
    await maria.getByRole('button').click()
    await page.getByRole('heading', { name: 'Patienter' }).waitFor()
    assert.equal(page.url(), `${origin}/patients`)
  })

  it('is not begun by a code that somebody else sends one to', async () => {
    const page = await context().then((each) => each.newPage())
    await page.goto(`${origin}/login?code=forced&state=forced`)
    await page.getByRole('button', { name: 'Logga in med SITHS' }).waitFor()
    assert.equal(page.url(), `${origin}/`)
  })
})

describe('the workspace as a client', () => {
  const asked = (more: Record<string, string>) => {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: 'karna-workspace',
      redirect_uri: `${origin}/login`,
      scope: 'openid user/*.cruds',
      aud: `${origin}/fhir/all`,
      state: 's',
      code_challenge: 'a'.repeat(43),
      code_challenge_method: 'S256',
      ...more,
    })
    return fetch(`${origin}/oauth/auth?${query}`, { redirect: 'manual' })
  }
  const errorOf = (response: Response) =>
    new URL(response.headers.get('location') ?? 'http://none').searchParams.get('error')

  it('is told that nobody is logged in, and nothing else', async () => {
    assert.equal(errorOf(await asked({ prompt: 'none' })), 'login_required')
  })

  it('is sent back to its own address alone, and with PKCE alone', async () => {
    const elsewhere = await asked({ redirect_uri: 'https://elsewhere.example/login' })
    assert.deepEqual([elsewhere.status, elsewhere.headers.get('location')], [400, null])
    assert.equal(errorOf(await asked({ code_challenge_method: 'plain' })), 'invalid_request')
  })

  it('is the only one that may ask for the region of the commission, and may not name one', async () => {
    assert.equal(errorOf(await asked({ aud: `${origin}/fhir/vgr` })), 'invalid_target')
    const redirect = 'https://app.example/back'
    await karna.smart.apps.register({
      clientId: 'an-app',
      name: 'En app',
      users: 'any',
      redirectUris: [redirect],
      scope: 'openid user/*.rs patient/*.rs',
    })
    const app = await asked({ client_id: 'an-app', redirect_uri: redirect })
    assert.equal(errorOf(app), 'invalid_target')
  })
})
