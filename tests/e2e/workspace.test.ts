import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { MedicationRequest, Observation, Patient, Task } from 'fhir/r4'
import type { Page, Route } from 'playwright-core'
import { toChange } from '../../src/demo.ts'
import { openWorkspace } from './workspace-under-test.ts'

const work = await openWorkspace()
const { address, people } = work
const patients = people.filter((each): each is Patient => each.resourceType === 'Patient')
const [lindqvist] = patients
assert.ok(lindqvist?.id)
const LINDQVIST = `${address}/patient/${lindqvist.id}`

const nameOf = ({ name }: Patient) => `${name?.[0]?.family}, ${name?.[0]?.given?.[0]}`
const numberOf = ({ identifier }: Patient) => identifier?.[0]?.value ?? ''

/** Texts of all that a selector finds, as they are read: without what is meant for listeners. */
const texts = (page: Page, selector: string) =>
  page.$$eval(selector, (all) =>
    all.map((each) => {
      const copy = each.cloneNode(true) as Element
      for (const heard of copy.querySelectorAll('.heard, [aria-hidden]')) heard.remove()
      return (copy.textContent ?? '').replace(/\s+/g, ' ').trim()
    }),
  )

describe('login and search', () => {
  it('lets a member of staff choose among their commissions, and ends at logout', async () => {
    const page = await work.open()
    await page.getByLabel('Sök namn, titel eller enhet').fill('nyström')
    const choices = page.getByRole('listitem').getByRole('button')
    assert.deepEqual(await choices.locator('b').allTextContents(), [
      'Avd 30E Medicin',
      'Akutmottagningen',
    ])
    await choices.nth(1).click()
    await page.getByRole('button', { name: /^Akutmottagningen/ }).waitFor()
    await page.getByRole('button', { name: 'Logga ut' }).click()
    await page.getByRole('heading', { name: 'Logga in' }).waitFor()
    await page.goto(LINDQVIST)
    await page.getByRole('heading', { name: 'Logga in' }).waitFor()
  })

  it('finds a name as Swedish spells it, é as e, and a personnummer in any usual form', async () => {
    const rene: Patient = {
      resourceType: 'Patient',
      id: 'rene',
      name: [{ use: 'official', family: 'Åkerlöf', given: ['René'] }],
    }
    await work.karna.loadTarget('vgr').transact([toChange(rene)])
    const page = await work.open('Anna Nyström')
    const field = page.getByLabel('Namn eller personnummer')
    const search = async (text: string) => {
      await field.fill(text)
      await field.press('Enter')
      await page
        .locator('section[aria-label=Sökresultat], .page .empty, .failure')
        .first()
        .waitFor()
      await page.waitForTimeout(150)
      return texts(page, 'section[aria-label=Sökresultat] tbody a')
    }
    assert.deepEqual(await search('åkerlöf rene'), ['Åkerlöf, René'])
    assert.deepEqual(await search('akerlof'), [])
    const digits = numberOf(lindqvist)
    for (const written of [
      digits,
      `${digits.slice(0, 8)}-${digits.slice(8)}`,
      `${digits.slice(2, 8)}-${digits.slice(8)}`,
      digits.slice(2),
    ]) {
      assert.deepEqual(await search(written), [nameOf(lindqvist)], written)
    }
  })
})

describe('the overview', () => {
  it('shows what the API holds: every drug, and each value with its digits', async () => {
    const written = `{"resourceType":"Observation","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],"code":{"text":"P-Magnesium"},"subject":{"reference":"Patient/${lindqvist.id}"},"effectiveDateTime":"${new Date().toISOString()}","valueQuantity":{"value":7.0,"unit":"mmol/L"},"interpretation":[{"coding":[{"code":"H"}]}]}`
    const created = await work.ask('anna.nystrom', 'POST', 'vgr/Observation', written)
    assert.equal(created.status, 201, created.text)
    const page = await work.open('Anna Nyström')
    await page.goto(LINDQVIST)
    await page.locator('.results tbody tr').first().waitFor()

    const drugs = await work.ask(
      'anna.nystrom',
      'GET',
      `vgr/MedicationRequest?patient=${lindqvist.id}&status=active,on-hold&_count=100`,
    )
    const wanted = drugs.json.entry.map(
      ({ resource }: { resource: MedicationRequest }) => resource.medicationCodeableConcept?.text,
    )
    const shown = await texts(page, '.medications .drug > span:first-child')
    assert.deepEqual(shown.sort(), wanted.sort())

    const [values, newest] = [await resultsShown(page), await newestInApi()]
    assert.ok(values.size >= 5)
    for (const [name, value] of values) assert.equal(value, newest.get(name), name)
    assert.equal(values.get('P-Magnesium'), '7,0')
  })

  it('names the patient, the ward, and what is dangerous, most serious first', async () => {
    const page = await work.open('Anna Nyström')
    await page.goto(LINDQVIST)
    const digits = numberOf(lindqvist)
    await page.getByRole('heading', { level: 1, name: nameOf(lindqvist) }).waitFor()
    const banner = await page.locator('.banner').innerText()
    assert.ok(banner.includes(`${digits.slice(0, 8)}-${digits.slice(8)}`))
    assert.match(banner, /Sal 4, plats 2 · dag \d/)
    assert.match(banner, /PAL .* · PAS /)
    assert.equal((await texts(page, '.banner-marks li'))[0], 'Penicillin – anafylaxi')
  })

  it('shows nothing new once it is marked as read', async () => {
    await pause(3_500) // what was stored within 3 s of the showing may not have been seen: it stays new
    const page = await work.open('Anna Nyström')
    await page.goto(LINDQVIST)
    await page.locator('.news li').first().waitFor()
    await page.getByRole('button', { name: /^Markera läst/ }).click()
    const nothingNew = page
      .locator('section[aria-label="Nytt sedan du läste"]')
      .getByText('Inget nytt.')
    await nothingNew.waitFor()
    await page.reload()
    await nothingNew.waitFor()
  })
})

describe('what is to be done', () => {
  it('is ticked when it is done, and taken back; who was not first is told', async () => {
    const page = await work.open('Anna Nyström')
    await page.goto(LINDQVIST)
    const box = page.getByLabel('SIP-kallelse till kommunen')
    const still = async () => {
      const { json } = await work.ask(
        'anna.nystrom',
        'GET',
        `vgr/Task?patient=${lindqvist.id}&status=requested`,
      )
      const tasks: { resource: Task }[] = json.entry
      return tasks.find(({ resource }) => /SIP/.test(resource.description ?? ''))?.resource
    }
    const patched = () => page.waitForResponse((each) => each.request().method() === 'PATCH')
    await Promise.all([patched(), box.click()])
    assert.equal(await still(), undefined)
    await Promise.all([patched(), box.click()])
    const task = await still()
    assert.ok(task)
    const change = [{ op: 'replace', path: '/status', value: 'cancelled' }]
    await work.ask('anna.nystrom', 'PATCH', `vgr/Task/${task.id}`, change)
    await Promise.all([patched(), box.click()])
    await page.getByText(/ändrad av någon annan/).waitFor()
    assert.equal(await box.isChecked(), false)
  })
})

describe('a record that can’t be shown whole, or not without a reason', () => {
  it('names the part that failed, and shows the rest', async () => {
    const page = await work.open('Anna Nyström')
    await page.route('**/fhir/vgr', (route) => spoil(route))
    await page.goto(LINDQVIST)
    await page.locator('.medications tbody tr').first().waitFor()
    const labs = page.getByRole('region', { name: 'Provsvar' })
    await labs.getByText('Provsvar svarar inte.').waitFor()
    const vitals = page.getByRole('region', { name: 'Vitala parametrar' })
    await vitals.getByText('Vitala parametrar svarar inte.').waitFor()
    assert.match(
      await page.locator('footer').innerText(),
      /Saknas: provsvar, vitala parametrar, anteckningar/,
    )
    assert.equal(await labs.getByText('Inga provsvar').count(), 0)
  })

  it('asks why where no care relation is known, and opens with the reason', async () => {
    const stranger = patients.find(({ id }) => !isOnWard(id))
    assert.ok(stranger)
    const page = await work.open('Anna Nyström')
    await page.getByLabel('Namn eller personnummer').fill(numberOf(stranger))
    await page.keyboard.press('Enter')
    await page.locator('section[aria-label=Sökresultat] tbody a').click()
    const dialog = page.getByRole('dialog', { name: 'Ingen vårdrelation är känd' })
    await dialog.getByText(nameOf(stranger)).waitFor()
    await page.locator('.status').getByText('Journalen är inte öppnad').waitFor()
    assert.ok(await dialog.getByRole('button', { name: 'Öppna journalen' }).isDisabled())
    await dialog.getByLabel(/^Skäl/).fill('Konsultation på begäran')
    await page.keyboard.press('Enter')
    await page.locator('.banner').waitFor()
    assert.match(await page.locator('.banner').innerText(), /skäl: Konsultation på begäran/)
  })

  it('says that an answer can’t be read instead of fetching for ever, and opens when tried again', async () => {
    const page = await work.open('Anna Nyström')
    const spoiled = (route: Route) => route.fulfill({ status: 200, body: '<html>proxy</html>' })
    await page.route('**/fhir/vgr', spoiled)
    await page.goto(LINDQVIST)
    await page.getByText('Svaret gick inte att läsa.').waitFor()
    await page.unroute('**/fhir/vgr', spoiled)
    await page.getByRole('button', { name: 'Försök igen' }).click()
    await page.locator('.banner').waitFor()
  })

  it('puts nothing that was asked for without the reason over what came with it', async () => {
    const child = patients.find((each) => !isOnWard(each.id) && (each.birthDate ?? '') > '2015')
    const page = await work.open('Anna Nyström')
    let isFirst = true
    await page.route('**/fhir/vgr', async (route) => {
      const isLate = isFirst && route.request().postData()?.includes('Task?')
      if (isLate) {
        isFirst = false
        await new Promise((wake) => setTimeout(wake, 3_000))
      }
      await route.continue().catch(() => undefined) // nobody waits for it any more
    })
    await page.goto(`${address}/patient/${child?.id}`)
    await page.getByLabel(/^Skäl/).fill('Barnet söker vård hos oss')
    await page.keyboard.press('Enter')
    await page.locator('.banner').waitFor()
    await page.waitForTimeout(3_500)
    assert.doesNotMatch(await page.locator('footer').innerText(), /Saknas/)
  })
})

/** Answers the first batch without its results, and the second not at all. */
async function spoil(route: Route): Promise<void> {
  const asked = route.request().postData() ?? ''
  if (asked.includes('Task?')) return route.abort()
  const response = await route.fetch()
  const bundle = await response.json()
  const place = JSON.parse(asked).entry.findIndex(({ request }: { request: { url: string } }) =>
    request.url.includes('category=laboratory'),
  )
  const outcome = { resourceType: 'OperationOutcome', issue: [] }
  bundle.entry[place] = { response: { status: '504', outcome } }
  return route.fulfill({ response, json: bundle })
}

function isOnWard(id: string | undefined): boolean {
  return people.some(
    (each) =>
      each.resourceType === 'Encounter' &&
      each.status === 'in-progress' &&
      each.subject?.reference === `Patient/${id}`,
  )
}

/** Value by analysis, as the screen has them. */
async function resultsShown(page: Page): Promise<Map<string, string>> {
  const names = await page.$$eval('.results th[scope=row]', (all) =>
    all.map((each) => each.firstChild?.textContent?.trim() ?? ''),
  )
  const values = await texts(page, '.results tbody td.value')
  return new Map(names.map((name, index) => [name, values[index] ?? '']))
}

/** The newest value of each analysis in the API, with its digits as they stand in the answer. */
async function newestInApi(): Promise<Map<string, string>> {
  const { text } = await work.ask(
    'anna.nystrom',
    'GET',
    `vgr/Observation?patient=${lindqvist?.id}&category=laboratory&_sort=-date&_count=200`,
  )
  const bundle = JSON.parse(text, ((
    key: string,
    value: unknown,
    { source }: { source?: string },
  ) => (key === 'value' && typeof value === 'number' ? source : value)) as never)
  const newest = new Map<string, string>()
  for (const { resource } of bundle.entry as { resource: Observation }[]) {
    const name = resource.code.text ?? ''
    const value = resource.valueQuantity?.value
    if (value !== undefined && !newest.has(name)) {
      newest.set(name, String(value).replace('.', ','))
    }
  }
  return newest
}
