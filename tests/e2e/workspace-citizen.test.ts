import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { before, test } from 'node:test'
import type { Patient } from 'fhir/r4'
import type { Page } from 'playwright-core'
import { atEndOfFile } from '../endings.ts'
import { axeFindings, clippedText } from './page-probes.ts'
import { pdfPages } from './pdf-text.ts'
import { openWorkspace } from './workspace-under-test.ts'

const { people, open, karna, db, address } = await openWorkspace()
const patient = people.find((each): each is Patient => each.resourceType === 'Patient')
const number = patient?.identifier?.[0]?.value ?? ''
const app = createServer((_request, response) => response.end('The app')).listen(0, '127.0.0.1')
await once(app, 'listening')
atEndOfFile(() => app.close())
const BACK = `http://127.0.0.1:${(app.address() as AddressInfo).port}/app/back`

let page: Page
before(async () => {
  await karna.smart.apps.register({
    clientId: 'diary',
    name: 'Blodtrycksdagboken',
    users: 'patient',
    redirectUris: [BACK],
    scope: 'openid launch/patient patient/Observation.rs patient/Patient.r offline_access',
  })
  page = await open()
})

/** Lets the app in as the patient does, in the same browser. */
async function letIn(): Promise<void> {
  const asked = new URLSearchParams({
    ...{ response_type: 'code', client_id: 'diary', redirect_uri: BACK, state: 'a-long-state' },
    scope: 'launch/patient patient/Observation.rs patient/Patient.r offline_access',
    ...{ aud: `${address}/fhir/vgr`, code_challenge_method: 'S256' },
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  })
  await page.goto(`${address}/oauth/auth?${asked}`)
  await page.getByRole('button', { name: 'Ja, släpp in appen' }).click()
  await page.getByText('The app').waitFor()
  const code = new URL(page.url()).searchParams.get('code') ?? ''
  const response = await fetch(`${address}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      ...{ grant_type: 'authorization_code', client_id: 'diary', redirect_uri: BACK, code },
      code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
    }),
  })
  assert.equal(response.status, 200)
}

test('a patient logs in, sees which apps reach the record, and takes one back by keyboard', async () => {
  await page.getByRole('link', { name: 'Se vilka appar som når din journal' }).click()
  assert.deepEqual(await axeFindings(page), [])
  await page.getByRole('button', { name: 'Logga in med e-legitimation' }).press('Enter')
  await page.getByRole('textbox').fill(number)
  await page.keyboard.press('Enter')
  await page.getByText('Ingen app har åtkomst till din journal.').waitFor()
  await letIn()
  await page.goto(`${address}/my/apps`)
  const app = page.getByRole('listitem').filter({ hasText: 'Blodtrycksdagboken' })
  await app.first().waitFor()
  const text = await app.first().innerText()
  assert.match(text, /Västra Götalandsregionen/)
  assert.match(text, /läsa dina mätvärden och provsvar/)
  assert.match(text, /Den har åtkomst till och med \d+ \w+ \d{4}/)
  const paper = pdfPages(await page.pdf()).join('')
  assert.match(paper, new RegExp(`${number.slice(0, 8)}-${number.slice(8)}Utskrivet20`))
  assert.match(paper, /Blodtrycksdagboken.*läsadinamätvärdenochprovsvar/)
  assert.doesNotMatch(paper, /Tabort|Loggaut/)
  for (const width of [1440, 320]) {
    await page.setViewportSize({ width, height: 900 })
    assert.deepEqual(await axeFindings(page), [], String(width))
    assert.deepEqual(await clippedText(page), [], String(width))
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  await page
    .getByRole('button', { name: 'Ta bort åtkomsten för Blodtrycksdagboken' })
    .press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Ta bort åtkomsten för Blodtrycksdagboken?' })
  await dialog.waitFor()
  assert.deepEqual(await axeFindings(page), [])
  await dialog.getByRole('button', { name: 'Ta bort åtkomsten' }).press('Enter')
  await page.getByText('Blodtrycksdagboken har inte längre åtkomst').waitFor()
  await page.getByText('Ingen app har åtkomst till din journal.').waitFor()
  const { rows } = await db.query<{ left: number }>({
    text: "select count(*)::int as left from identity.oauth_item where payload->>'clientId' = 'diary' and kind in ('AccessToken', 'RefreshToken', 'Grant')",
    values: [],
  })
  assert.deepEqual(rows, [{ left: 0 }])
})

test('the page is empty again after logging out, and asks for a login when it is loaded anew', async () => {
  await page.getByRole('button', { name: 'Logga ut' }).click()
  await page.getByText('Du är utloggad.').waitFor()
  await page.reload()
  await page.getByRole('button', { name: 'Logga in med e-legitimation' }).waitFor()
})
