import assert from 'node:assert/strict'
import { availableParallelism, loadavg } from 'node:os'
import { describe, it, type TestContext } from 'node:test'
import type { Encounter, Patient } from 'fhir/r4'
import type { Page } from 'playwright-core'
import { axeFindings, clippedText } from './page-probes.ts'
import { openWorkspace } from './workspace-under-test.ts'

const { address, people, open, ask, db } = await openWorkspace()
const patients = people.filter((each): each is Patient => each.resourceType === 'Patient')
const home = `${address}/patient/${patients[0]?.id}`
const PAGES = ['', '/notes', '/medications', '/results', '/diagnoses', '/access']

const themeOf = (page: Page) => page.evaluate(() => document.documentElement.dataset.theme)
const heading = (page: Page) => page.locator('.banner h1')

/** One more each time it is run. */
const AN_ALERT = `insert into law.alert (kind, region, provider, unit, person, name, patient, reason, once)
  values ('emergency', 'vgr', 'SE2321000131-E000000000001', 'SE2321000131-E000000000030',
    'SE2321000131-P000000000001', 'Anna Nyström', $1, 'Medvetslös i ambulans', gen_random_uuid()::text)`

/** The pages of who reviews the log. */
async function* everyReviewPage(page: Page): AsyncGenerator<string> {
  await ask('anna.nystrom', 'GET', `vgr/Observation?patient=${patients[0]?.id}`) // at least this to be drawn
  await page.getByLabel('Stickprov').check()
  yield 'checks'
  await db.query({ text: AN_ALERT, values: [patients[0]?.id] })
  await page.getByRole('link', { name: /^Larm/ }).click()
  await page
    .getByRole('button', { name: /^Ta hand om/ })
    .first()
    .waitFor()
  yield 'alerts'
  await page.getByRole('link', { name: 'Kontroller' }).click()
  await page.getByLabel('Stickprov').check()
  await page.getByRole('button', { name: 'Gör kontrollen' }).click()
  await page.locator('.entries').waitFor()
  yield 'a check'
  await page.getByRole('link', { name: 'Sök i loggen' }).click()
  await page.getByRole('button', { name: 'Sök', exact: true }).click()
  await page.locator('.people tbody a').first().waitFor()
  yield 'search'
  await page.locator('.people tbody a').first().click()
  await page.getByRole('button', { name: 'Hämta som PDF' }).waitFor()
  yield 'extract'
}

/** Every page there is, each ready to be looked at. */
async function* everyPage(page: Page): AsyncGenerator<string> {
  yield 'patients'
  await page.goto(home)
  for (const path of PAGES) {
    await page.locator(`.patient-nav a[href$="${patients[0]?.id}${path}"]`).click()
    if (path === '/access') await page.locator('.access').waitFor()
    await page.locator('.card tbody tr, .journal li').first().waitFor()
    yield path || 'overview'
  }
  for (const button of ['Ny spärr', 'Nytt samtycke']) {
    await page.getByRole('button', { name: button }).click()
    await page.locator('dialog[open]').waitFor()
    yield button
    await page.keyboard.press('Escape')
  }
  for (const [key, dialog] of [
    ['Control+k', 'palette'],
    ['?', 'help'],
    ['b', 'commissions'],
  ]) {
    await page.keyboard.press(key ?? '')
    await page.locator('dialog[open]').waitFor()
    yield dialog ?? ''
    await page.keyboard.press('Escape')
  }
}

describe('by keyboard alone', () => {
  it('opens a patient from the palette, reads, switches theme, marks as read, and finds the next', async () => {
    const page = await open('Anna Nyström')
    const { name: [name] = [] } = patients[0] ?? {}
    await page.keyboard.press('Control+k')
    await page.keyboard.type(`${name?.family} ${name?.given?.[0]}`)
    await page.getByRole('option', { name: `${name?.family}, ${name?.given?.[0]}` }).waitFor()
    await page.keyboard.press('Enter')
    await heading(page).waitFor()
    await page.keyboard.press('4')
    await page.waitForURL('**/results')
    await page.keyboard.press('g')
    await page.keyboard.press('j')
    await page.waitForURL('**/notes')
    await page.keyboard.press('1')
    const before = await themeOf(page)
    await page.keyboard.press('m')
    assert.notEqual(await themeOf(page), before)
    await page.keyboard.press('e')
    await page.getByText('Nytt sedan du läste').waitFor()
    await page.keyboard.press('F2')
    await page.locator('#patient-search:focus').waitFor()
    await page.keyboard.type(`${name?.family} ${name?.given?.[0]}`)
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: 'Sökresultat' }).waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await heading(page).waitFor()
  })

  it('answers in the palette what the newest value is', async () => {
    const page = await open('Anna Nyström')
    await page.goto(home)
    await heading(page).waitFor()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('crp')
    const option = page.getByRole('option', { name: /^P-CRP/ })
    assert.match(await option.innerText(), /P-CRP\s+\d+ ▲/)
    await page.keyboard.press('Enter')
    await page.waitForURL('**/results')
  })

  it('writes letters in a field instead of acting on them, and gives focus back after a dialog', async () => {
    const page = await open('Anna Nyström')
    await page.locator('#patient-search').fill('')
    await page.keyboard.type('mb?')
    assert.equal(await page.locator('#patient-search').inputValue(), 'mb?')
    await page.keyboard.press('Control+k')
    await page.keyboard.press('Escape')
    await page.locator('#patient-search:focus').waitFor()
  })

  it('keeps the banner in sight under every dialog', async () => {
    const page = await open('Anna Nyström')
    await page.goto(home)
    await heading(page).waitFor()
    for (const key of ['Control+k', '?', 'b']) {
      await page.keyboard.press(key)
      const dialog = await page.locator('dialog[open]').boundingBox()
      const banner = await page.locator('.banner').boundingBox()
      assert.ok((dialog?.y ?? 0) >= (banner?.y ?? 0) + (banner?.height ?? 0), key)
      await page.keyboard.press('Escape')
    }
  })
})

describe('what is told apart', () => {
  it('is the commissions of one unit, by their names', async () => {
    const page = await open()
    await page.getByLabel('Sök namn, titel eller enhet').fill('Erik Sand')
    const choices = page.locator('.commissions button')
    await choices.first().waitFor()
    const words = await choices.allInnerTexts()
    assert.equal(new Set(words).size, words.length)
    assert.equal(words.filter((each) => each.includes('strokeprocessen')).length, 1)
    assert.equal(words.filter((each) => /^Kvalitetssäkring · Älv/m.test(each)).length, 1)
  })
})

describe('for every reader', () => {
  for (const theme of ['light', 'dark'] as const) {
    it(`has nothing that axe finds, on every page and dialog (${theme})`, async () => {
      const page = await open()
      await page.evaluate((chosen) => localStorage.setItem('karna-theme', chosen), theme)
      await page.reload()
      await page.getByLabel('Sök namn, titel eller enhet').fill('Anna Nyström')
      assert.deepEqual(await axeFindings(page), [], 'login')
      await page.getByRole('listitem').getByRole('button').first().click()
      await page.locator('.people tbody tr').first().waitFor()
      for await (const name of everyPage(page)) {
        assert.equal(await themeOf(page), theme)
        assert.deepEqual(await axeFindings(page), [], name)
      }
    })

    it(`has nothing that axe finds on the reviewer's pages (${theme})`, async () => {
      const page = await open('Per Öberg')
      await page.evaluate((chosen) => localStorage.setItem('karna-theme', chosen), theme)
      await page.reload()
      for await (const name of everyReviewPage(page)) {
        assert.equal(await themeOf(page), theme)
        assert.deepEqual(await axeFindings(page), [], name)
      }
    })
  }

  const wide = [
    [1366, 768],
    [1440, 900],
    [1920, 1080],
  ] as const
  const narrow = [[320, 256]] as const // 1280 × 1024 at 400 %
  for (const sizes of [wide, narrow]) {
    it(`cuts no text at ${sizes.map((size) => size.join(' × ')).join(', ')}`, async () => {
      const page = await open('Anna Nyström')
      await page.setViewportSize(sized(sizes[0]))
      for (const patient of patients.filter((each) => isInWard(each)).slice(0, 3)) {
        await page.goto(`${address}/patient/${patient.id}`)
        await page.locator('.results tbody tr').first().waitFor()
        await page.locator('.vitals tbody tr').first().waitFor()
        assert.deepEqual(await clippedAt(page, sizes), [], patient.id ?? '')
      }
      for await (const name of everyPage(page))
        assert.deepEqual(await clippedAt(page, sizes), [], name)
      const reviewer = await open('Per Öberg')
      await reviewer.setViewportSize(sized(sizes[0]))
      for await (const name of everyReviewPage(reviewer))
        assert.deepEqual(await clippedText(reviewer), [], name)
    })
  }
})

type Size = readonly [width: number, height: number]
const sized = ([width, height]: Size) => ({ width, height })

/** What is cut at each of the sizes; the page ends at the first again. */
async function clippedAt(page: Page, sizes: readonly [Size, ...Size[]]): Promise<string[]> {
  const found: string[] = []
  for (const size of [...sizes.slice(1), sizes[0]]) {
    if (sizes.length > 1) {
      await page.setViewportSize(sized(size))
      await page.evaluate(
        () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
      )
    }
    found.push(...(await clippedText(page)).map((each) => `${size.join(' × ')}: ${each}`))
  }
  return found
}

const encounters = people.filter((each): each is Encounter => each.resourceType === 'Encounter')

function isInWard({ id }: Patient): boolean {
  return encounters.some(
    ({ status, subject }) => status === 'in-progress' && subject?.reference === `Patient/${id}`,
  )
}

const TEN_YEARS_AGO = `${new Date().getUTCFullYear() - 9}-06`

const hasTenYears = ({ id }: Patient) =>
  encounters.some(
    ({ subject, period }) =>
      subject?.reference === `Patient/${id}` && (period?.start ?? '9') < TEN_YEARS_AGO,
  )

/** Who the patient is, what is dangerous, drugs and results: what must be there before anything is decided. */
const USEFUL = [
  '.banner h1',
  '.banner-marks li',
  'section[aria-label=Läkemedel] .meta',
  'section[aria-label=Provsvar] :is(.meta, .empty)',
]

describe('a patient with ten years of history', () => {
  it('is of use within 300 ms of being opened, p95', async (context) => {
    const page = await open('Anna Nyström')
    const times: number[] = []
    for (const patient of patients.filter(hasTenYears)) {
      times.push(await openingTime(page, patient))
    }
    times.sort((a, b) => a - b)
    const at = (share: number) => Math.round(times[Math.ceil(times.length * share) - 1] ?? 0)
    assert.ok(times.length >= 20, `only ${times.length} patients have ten years`)
    tell(
      context,
      `patient open → useful paint, ${times.length} patients: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`,
    )
    if (at(0.95) > 300 && (loadavg()[0] ?? 0) > 3 * availableParallelism()) {
      return context.skip('the machine is busy with other things: the figure says nothing')
    }
    assert.ok(at(0.95) <= 300, `p95 is ${at(0.95)} ms`)
  })
})

function tell(context: TestContext, text: string): void {
  context.diagnostic(text)
  process.stdout.write(`${text}\n`)
}

/** From the press that opens the record to the frame after all that is of use stands there, in milliseconds. */
async function openingTime(page: Page, patient: Patient): Promise<number> {
  const number = patient.identifier?.[0]?.value ?? ''
  await page.keyboard.press('F2')
  await page.locator('#patient-search').fill(number)
  await page.keyboard.press('Enter')
  const link = page.getByRole('region', { name: 'Sökresultat' }).getByRole('link')
  await link.waitFor()
  const path = `vgr/Encounter?patient=${patient.id}&_count=1`
  const isKnown = (await ask('anna.nystrom', 'GET', path)).status === 200
  if (isKnown) return measured(page, () => link.click())
  await link.click()
  await page.getByRole('dialog').getByLabel(/^Skäl/).fill('Mätning av hur fort journalen öppnas')
  return measured(page, () => page.keyboard.press('Enter'))
}

async function measured(page: Page, act: () => Promise<void>): Promise<number> {
  await page.evaluate((wanted) => {
    const state = window as unknown as { began: number; took: Promise<number> }
    state.began = 0
    const begin = () => {
      state.began ||= performance.now()
    }
    addEventListener('click', begin, { capture: true, once: true })
    addEventListener('keydown', begin, { capture: true, once: true })
    state.took = new Promise((resolve) => {
      const look = () => {
        const isThere =
          state.began > 0 &&
          wanted.every((each) => document.querySelector(each)) &&
          !document.querySelector('#patient-search')
        if (isThere) requestAnimationFrame(() => resolve(performance.now() - state.began))
        else requestAnimationFrame(look)
      }
      look()
    })
  }, USEFUL)
  await act()
  return page.evaluate(() => (window as unknown as { took: Promise<number> }).took)
}
