import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../browser.ts'
import { type BrowserApp, startBrowserApp } from './browser-app.ts'
import { type SmartUnderTest, startSmart, TOLVAN } from './smart-under-test.ts'

const SCOPE =
  'openid fhirUser launch/patient patient/Patient.rs patient/Observation.rs offline_access'
const WAIT = { timeout: 20_000 }

let smart: SmartUnderTest
let browser: Browser
let standalone: BrowserApp
let launched: BrowserApp

before(async () => {
  smart = await startSmart()
  standalone = await startBrowserApp('fhirclient-standalone', SCOPE)
  launched = await startBrowserApp(
    'fhirclient-launched',
    SCOPE.replace('launch/patient', 'launch').replace('offline', 'online'),
  )
  for (const [clientId, { origin }] of [
    ['fhirclient-standalone', standalone],
    ['fhirclient-launched', launched],
  ] as const) {
    await smart.under.karna.smart.apps.register({
      clientId,
      name: 'Blodtrycksappen',
      users: 'any',
      redirectUris: [`${origin}/index.html`],
      launchUri: `${origin}/launch.html`,
      scope: `${SCOPE} launch online_access`,
    })
  }
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await standalone?.stop()
  await launched?.stop()
})

async function resultOf(page: Page) {
  await page.waitForFunction(() => document.getElementById('result')?.textContent, undefined, WAIT)
  return JSON.parse((await page.textContent('#result')) ?? '{}')
}

/** A page of its own, without another's cookies. */
async function newPage(): Promise<Page> {
  return (await browser.newContext()).newPage()
}

async function logInAsAnna(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: 'Vård och behandling, Avd 30E Medicin' })
    .first()
    .click(WAIT)
}

describe('the fhirclient library in Chromium', () => {
  it('completes a standalone launch by staff: login, choice of patient, data, refresh', async () => {
    const page = await newPage()
    await page.goto(`${standalone.origin}/launch.html?iss=${smart.origin}/fhir/vgr`)
    await page.getByRole('link', { name: 'Jag arbetar i vården' }).click(WAIT)
    await logInAsAnna(page)
    await page.getByRole('button', { name: /Tolvan Tolvansson/ }).click(WAIT)
    assert.deepEqual(await resultOf(page), {
      patient: 'p1',
      encounter: null,
      fhirUser: 'Practitioner/P000000000001',
      userType: 'Practitioner',
      observations: ['lab1', 'vital1'],
      refreshed: true,
      again: 'p1',
    })
  })

  it('completes a standalone launch by a patient: eID, consent, own record', async () => {
    const page = await newPage()
    await page.goto(`${standalone.origin}/launch.html?iss=${smart.origin}/fhir/vgr`)
    await page.getByRole('link', { name: 'Jag är invånare' }).click(WAIT)
    await page.getByLabel('Personnummer').fill(TOLVAN)
    await page.getByRole('button', { name: 'Logga in' }).click()
    await page.getByRole('button', { name: 'Ja, släpp in appen' }).click(WAIT)
    const result = await resultOf(page)
    assert.deepEqual([result.patient, result.userType, result.again], ['p1', 'Patient', 'p1'])
  })

  it('completes a launch from the workspace, in the patient and contact that were open', async () => {
    const { token } = await smart.under.karna.identity.issueToken('anna.nystrom')
    const answer = await fetch(`${smart.origin}/identity/launch`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ app: 'fhirclient-launched', patient: 'p1', encounter: 'e1' }),
    })
    const { url } = (await answer.json()) as { url: string }
    const page = await newPage()
    await page.goto(url)
    await page.getByRole('link', { name: 'Jag arbetar i vården' }).click(WAIT)
    await logInAsAnna(page)
    const result = await resultOf(page)
    assert.deepEqual([result.patient, result.encounter, result.refreshed], ['p1', 'e1', true])
  })
})
