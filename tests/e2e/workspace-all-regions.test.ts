import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { FhirResource } from 'fhir/r4'
import type { Page } from 'playwright-core'
import { toChange } from '../../src/demo.ts'
import { buildWorkspace } from '../../workspace/build.ts'
import { launchBrowser } from '../browser.ts'
import { startDemoLogins } from '../demo-logins.ts'
import { atEndOfFile } from '../endings.ts'
import { type KarnaUnderTest, startKarna } from './karna-under-test.ts'
import { logIn } from './workspace-under-test.ts'

/* One person with records in two regions, and perhaps in a third that is silent. */

const FOLDER = 'node_modules/.cache/workspace'
const NUMBER = '191212121212'
const LOGIN = 'anna.nystrom'
const TIME_ZONE = 'Europe/Stockholm'
const TODAY = new Date().toLocaleDateString('sv-SE', { timeZone: TIME_ZONE })

let karna: KarnaUnderTest
let address: string
let page: Page

before(async () => {
  await buildWorkspace(FOLDER)
  const { logins, meet } = await startDemoLogins()
  karna = await startKarna(FOLDER, logins)
  await load('vgr', 'E000000000030', 'Furosemid tablett 40 mg')
  await load('vasterbotten', 'E000000000040', 'Metformin tablett 500 mg')
  address = await karna.karna.api.listen({ port: 0, host: '127.0.0.1' })
  meet(karna.karna)
  const browser = await launchBrowser()
  atEndOfFile(() => browser.close())
  const context = await browser.newContext({ locale: 'sv-SE', timezoneId: TIME_ZONE })
  page = await context.newPage()
  page.setDefaultTimeout(60_000)
  await logIn(page, address, 'Anna Nyström')
})

/** A person's record in one region: who it is, that they are on a ward, and one drug. */
async function load(region: string, ending: string, drug: string): Promise<void> {
  const unit = karna.karna.identity.directory.units.find(
    (each) => each.region === region && each.hsaId.endsWith(ending),
  )
  const meta = { source: `urn:oid:1.2.752.29.4.19#${unit?.hsaId}` }
  const subject = { reference: 'Patient/tolvan' }
  const resources: FhirResource[] = [
    {
      resourceType: 'Patient',
      id: 'tolvan',
      meta,
      identifier: [{ system: 'urn:oid:1.2.752.129.2.1.3.1', value: NUMBER }],
      name: [{ family: 'Tolvansson', given: ['Tolvan'] }],
      gender: 'male',
      birthDate: '1912-12-12',
    },
    {
      resourceType: 'Encounter',
      id: 'stay',
      meta,
      status: 'in-progress',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
      subject,
      serviceProvider: { reference: `Organization/${ending}` },
      period: { start: '2026-11-20T10:00:00+01:00' },
    },
    {
      resourceType: 'Appointment',
      id: 'visit',
      meta,
      status: 'booked',
      serviceType: [{ text: 'Läkarbesök' }],
      start: `${TODAY}T09:30:00+01:00`,
      end: `${TODAY}T10:00:00+01:00`,
      participant: [
        { actor: subject, status: 'accepted' },
        {
          actor: { identifier: { system: 'urn:oid:1.2.752.29.4.19', value: unit?.hsaId ?? '' } },
          status: 'accepted',
        },
      ],
    },
    {
      resourceType: 'MedicationRequest',
      id: 'drug',
      meta,
      status: 'active',
      intent: 'order',
      subject,
      medicationCodeableConcept: { text: drug },
      authoredOn: '2026-11-20',
    },
  ]
  await karna.karna.loadTarget(region).transact(resources.map(toChange))
  await karna.karna.live.persons.noteAll(region, [{ number: NUMBER, patient: 'tolvan' }])
}

/** What the shared record is opened with: first who has records, then their content (2022:913 3:6). */
async function openForEmergency(person: string): Promise<void> {
  const said = ['danger', 'no-consent-possible'].map((valueString) => ({
    name: 'affirm',
    valueString,
  }))
  const ask = (more: readonly object[]) =>
    karna.ask(LOGIN, 'POST', `all/Patient/${person}/$open-emergency`, {
      resourceType: 'Parameters',
      parameter: [{ name: 'reason', valueString: 'Medvetslös på akuten' }, ...said, ...more],
    })
  const first = await ask([])
  assert.equal(first.status, 200, first.text)
  const providers = first.json.parameter.flatMap(
    ({ name, part }: { name: string; part?: { name: string; valueString?: string }[] }) =>
      name === 'source' ? (part?.filter((each) => each.name === 'provider') ?? []) : [],
  )
  const second = await ask([{ name: 'affirm', valueString: 'indispensable' }, ...providers])
  assert.equal(second.status, 200, second.text)
}

/** Drugs as the overview lists them, each with the region it stands beside. */
const drugs = () =>
  page.$$eval('.medications .drug', (all) =>
    all
      .map((each) => [each.firstElementChild, each.querySelector('.source')])
      .map((parts) => parts.flatMap((part) => part?.textContent?.trim() ?? []).join(' '))
      .sort(),
  )
const statusLine = () => page.locator('.status [role=status]').innerText()

test('a patient’s record is shown of all regions together, each row with its region, once it may be', async () => {
  await page.goto(`${address}/patient/tolvan`)
  await page.locator('.medications .drug').first().waitFor()
  assert.deepEqual(await drugs(), ['Furosemid tablett 40 mg'])
  await page.getByRole('button', { name: 'Visa alla regioner' }).click()
  await page.locator('.source').first().waitFor()
  assert.deepEqual(await drugs(), ['Furosemid tablett 40 mg Västra Götaland'])
  assert.match(page.url(), /\/all\/patient\/[^/]+$/)
  const person = page.url().split('/').at(-1) ?? ''
  assert.notEqual(person, 'tolvan')
  const others = page.getByRole('button', { name: 'Andra vårdgivare har uppgifter' })
  await others.waitFor()
  await page.getByText('Ingen uppgift om överkänslighet i det som visas').waitFor()
  await openForEmergency(person)
  await page.reload()
  await page.getByText('Metformin').first().waitFor()
  await page.locator('.source').first().waitFor()
  assert.deepEqual(await drugs(), [
    'Furosemid tablett 40 mg Västra Götaland',
    'Metformin tablett 500 mg Västerbotten',
  ])
  assert.equal(await others.count(), 0)
  assert.match(await statusLine(), /Källor: .*Västerbotten.*Västra Götaland/)
})

test('a region that does not answer is named in the status line, and the rest is shown', async () => {
  const { registry, persons, refresh } = karna.karna.live
  const nowhere = 'http://127.0.0.1:9'
  await registry.put({
    id: 'orebro',
    name: 'Region Örebro län',
    kind: 'cosmic',
    state: 'live',
    settings: {
      url: `${nowhere}/fhir`,
      tokenUrl: `${nowhere}/token`,
      clientId: 'karna',
      scope: 'system/*.*',
      provider: 'SE2321000164-E000000000001',
      units: {},
    },
    secrets: { client: Buffer.from('secret') },
  })
  await refresh()
  await persons.noteAll('orebro', [{ number: NUMBER, patient: 'tolvan' }])
  await page.reload()
  await page.getByText('Metformin').first().waitFor()
  await page.locator('.status .missing').waitFor()
  assert.match(await statusLine(), /Region Örebro län svarar inte/)
  assert.equal((await drugs()).length, 2)
})

test('a region that is paused is named in the status line too', async () => {
  const { operations } = karna.karna
  await operations.move('vasterbotten', 'paused')
  await page.reload()
  await page.getByText('Furosemid').first().waitFor()
  await page.locator('.status .missing').waitFor()
  assert.match(await statusLine(), /Region Västerbotten svarar inte/)
  assert.equal((await drugs()).length, 1)
  await operations.move('vasterbotten', 'live')
})

test('back in one’s own region only that is shown', async () => {
  await page.getByRole('button', { name: 'Visa bara Västra Götalandsregionen' }).click()
  await page.waitForURL('**/patient/tolvan')
  await page.locator('.medications .drug').first().waitFor()
  assert.deepEqual(await drugs(), ['Furosemid tablett 40 mg'])
  assert.match(await statusLine(), /Källor: Västra Götalandsregionen/)
})

test('who leaves the record of all regions is back on the own ward', async () => {
  await page.getByRole('button', { name: 'Visa alla regioner' }).click()
  await page.waitForURL('**/all/patient/*')
  await page.locator('.source').first().waitFor()
  await page.locator('.rail a, nav a').getByText('Patienter').click()
  await page.waitForURL('**/patients')
  const ward = page.locator('.page')
  await ward.getByRole('link').first().waitFor()
  assert.match(await ward.innerText(), /Inneliggande på/)
  assert.match(await ward.innerText(), /Bokade i dag på[\s\S]*Tolvansson, Tolvan[\s\S]*Läkarbesök/)
})
