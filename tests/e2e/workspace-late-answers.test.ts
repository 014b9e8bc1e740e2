import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { AllergyIntolerance, FhirResource, MedicationRequest, Patient } from 'fhir/r4'
import type { Page, Route } from 'playwright-core'
import { toChange } from '../../src/demo.ts'
import { openWorkspace } from './workspace-under-test.ts'

/* What comes late is about what was asked then: nobody is led to another patient by it, and no list is taken for whole before it is. */

const work = await openWorkspace()
const { address } = work
const [first, second] = work.people.filter(
  (each): each is Patient => each.resourceType === 'Patient',
)
assert.ok(first?.id && second?.id)
const familyOf = ({ name }: Patient) => name?.[0]?.family ?? ''
const nameOf = ({ name }: Patient) => `${name?.[0]?.given?.[0]} ${name?.[0]?.family}`
const pathOf = ({ id }: Patient) => `/patient/${id}`
const SOON = 1_200

/** Holds back the searches for patients that `isLate` says, as a source that takes its time. */
async function slow(page: Page, isLate: (asked: string) => boolean): Promise<void> {
  await page.route('**/Patient/_search', async (route: Route) => {
    const asked = `${route.request().url()} ${decodeURIComponent(route.request().postData() ?? '')}`
    if (isLate(asked)) await pause(SOON)
    await route.continue().catch(() => {}) // given up meanwhile
  })
}

const pathNow = (page: Page) => new URL(page.url()).pathname

describe('an answer that comes late', () => {
  it('leaves nobody to be opened by Enter but who is typed', async () => {
    const page = await work.open('Anna Nyström')
    await slow(page, (asked) => asked.includes(familyOf(second)))
    await page.keyboard.press('Control+k')
    const field = page.getByRole('combobox')
    await field.fill(`@${nameOf(first)}`)
    await page.getByRole('option').first().waitFor()
    await field.fill(`@${nameOf(second)}`)
    await field.press('Enter')
    await page.waitForTimeout(200)
    assert.equal(pathNow(page), '/')
    assert.equal(await page.getByRole('option').count(), 0)
    await page.getByText('Söker patienter').waitFor()
    await page.getByRole('option').first().waitFor()
    await field.press('Enter')
    await page.waitForURL(`**${pathOf(second)}`)
  })

  it('does not lead back to the patient who was left', async () => {
    const page = await work.open('Anna Nyström')
    await page.goto(`${address}${pathOf(first)}`)
    await slow(page, (asked) => asked.includes('/fhir/all/'))
    await page.getByRole('button', { name: 'Visa alla regioner' }).click()
    await page.evaluate((path) => {
      history.pushState(null, '', path)
      dispatchEvent(new PopStateEvent('popstate'))
    }, pathOf(second))
    await page.locator('.banner').getByText(familyOf(second)).first().waitFor()
    await page.waitForTimeout(SOON + 800)
    assert.equal(pathNow(page), pathOf(second))
  })

  it('that something could not be ticked names nothing of the patient who was left', async () => {
    const page = await work.open('Anna Nyström')
    const items = page.locator('.todo label')
    await page.locator('main a', { hasText: 'Lindqvist, Britt-Marie' }).click()
    await items.first().waitFor()
    const words = await items.first().innerText()
    await page.route('**/Task/*', async (route) => {
      await pause(SOON)
      await route.fulfill({ status: 403, json: {} })
    })
    await items.first().click()
    await page.evaluate((path) => {
      history.pushState(null, '', path)
      dispatchEvent(new PopStateEvent('popstate'))
    }, pathOf(second))
    const status = page.locator('.status [role=status]')
    await status.getByText('i en journal som du har lämnat sparades inte').waitFor()
    assert.equal((await status.innerText()).includes(words), false)
  })

  it('is not put in the place of a newer search', async () => {
    const page = await work.open('Anna Nyström')
    await slow(page, (asked) => asked.includes(familyOf(first)))
    const field = page.getByLabel('Namn eller personnummer')
    await field.fill(nameOf(first))
    await field.press('Enter')
    await field.fill(nameOf(second))
    await field.press('Enter')
    const found = page.locator('section[aria-label=Sökresultat] tbody a')
    await found.first().waitFor()
    await page.waitForTimeout(SOON + 300)
    assert.match((await found.allTextContents()).join(), new RegExp(familyOf(second)))
    assert.equal(await found.count(), 1)
  })
})

describe('a number that can’t be one', () => {
  it('is said to be wrong, and not to be nobody’s', async () => {
    const page = await work.open('Anna Nyström')
    const field = page.getByLabel('Namn eller personnummer')
    for (const text of ['19470418-7007', '470418']) {
      await field.fill(text)
      await field.press('Enter')
      await page.getByText('Ingen sökning gjordes').waitFor()
      assert.equal(await page.getByText('Ingen patient hittades').count(), 0)
    }
  })
})

const VERIFICATION = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification'
const HSA = 'urn:oid:1.2.752.29.4.19'
const unit = work.karna.identity.directory.units.find(({ hsaId }) =>
  hsaId.endsWith('E000000000030'),
)
const meta = { source: `${HSA}#${unit?.hsaId}` }
const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const many = <Each>(count: number, make: (index: number) => Each) =>
  Array.from({ length: count }, (_, index) => make(index))

/** Somebody with more of everything than a page holds; what matters most is the last of it. */
function manyRecords(id: string): FhirResource[] {
  const subject = { reference: `Patient/${id}` }
  const drug = (index: number): MedicationRequest => ({
    ...{ resourceType: 'MedicationRequest', id: `${id}-drug-${index}`, meta, status: 'active' },
    ...{
      intent: 'order',
      subject,
      authoredOn: `20${String(25 - Math.floor(index / 10)).padStart(2, '0')}-03-01`,
    },
    medicationCodeableConcept:
      index === 119
        ? {
            coding: [{ system: 'http://www.whocc.no/atc', code: 'B01AA03' }],
            text: 'Warfarin tablett 2,5 mg',
          }
        : { text: `Kosttillskott ${index}` },
  })
  const allergy = (index: number): AllergyIntolerance => ({
    ...{ resourceType: 'AllergyIntolerance', id: uuid(index), meta, patient: subject },
    verificationStatus: {
      coding: [{ system: VERIFICATION, code: index === 59 ? 'confirmed' : 'refuted' }],
    },
    code: { text: index === 59 ? 'Latex' : `Pollen ${index}` },
    criticality: 'high',
  })
  return [
    {
      ...{ resourceType: 'Patient', id, meta, birthDate: '1950-01-01' },
      name: [{ family: 'Mångsson', given: ['Mona'] }],
    },
    {
      ...{ resourceType: 'Encounter', id: `${id}-stay`, meta, status: 'in-progress', subject },
      class: { code: 'IMP' },
    },
    ...many(120, drug),
    ...many(60, allergy),
  ]
}

describe('a list of more than a page', () => {
  it('is fetched to its end: the oldest drug is given too, and the last allergy warns', async () => {
    await work.karna.loadTarget('vgr').transact(manyRecords('many').map(toChange))
    const page = await work.open('Anna Nyström')
    await page.goto(`${address}/patient/many`)
    const banner = page.locator('.banner')
    await banner.getByText('Warfarin').waitFor()
    await banner.getByText('Latex').waitFor()
    await page.goto(`${address}/patient/many/medications`)
    await page.getByText('120 ordinationer').waitFor()
    await page.getByText('Warfarin', { exact: false }).nth(1).waitFor()
  })

  it('that could not be fetched to its end is said not to be whole', async () => {
    const page = await work.open('Anna Nyström')
    await page.route('**/*_cursor*', (route) => route.abort())
    await page.goto(`${address}/patient/many`)
    await page.getByText('Listan är inte hel').first().waitFor()
    assert.match(await page.locator('.status [role=status]').innerText(), /en del av läkemedel/)
    assert.match(await page.locator('.banner').innerText(), /en del av överkänslighet/)
    assert.doesNotMatch(await page.locator('.banner').innerText(), /Ingen känd överkänslighet$/m)
  })
})
