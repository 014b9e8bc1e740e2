import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Patient } from 'fhir/r4'
import type { Page } from 'playwright-core'
import { openWorkspace } from './workspace-under-test.ts'

const { people, open, ask, db } = await openWorkspace()
const patient = people.find((each): each is Patient => each.resourceType === 'Patient')
const number = patient?.identifier?.[0]?.value ?? ''
const family = patient?.name?.[0]?.family ?? ''

let page: Page
before(async () => {
  const reason = { 'x-karna-reason': encodeURIComponent('Patienten ringde om provsvar') }
  const path = `vgr/Observation?patient=${patient?.id}`
  assert.equal((await ask('goran.ek', 'GET', path, undefined, reason)).status, 200)
  page = await open('Per Öberg')
})

test('the workbench is the first page of who reviews the log, and of nobody else', async () => {
  await page.getByRole('heading', { name: 'Granskning av loggen' }).waitFor()
  const doctor = await open('Anna Nyström')
  assert.equal(await doctor.getByRole('link', { name: 'Granska' }).count(), 0)
  await doctor.goto(new URL('/review', doctor.url()).href)
  await doctor.getByText('Ditt uppdrag är inte för loggranskning').waitFor()
})

test('a check ranks what deviates, says why, and records a decision, by keyboard', async () => {
  await page.getByRole('button', { name: 'Gör kontrollen' }).press('Enter')
  const rows = page.locator('.items tbody tr')
  await rows.first().waitFor()
  const index = (await rows.allInnerTexts()).findIndex((text) => /Göran Ek/.test(text))
  assert.match(await rows.nth(index).innerText(), /angivet skäl, ingen vårdrelation/)
  for (let at = 0; at < index; at++) await page.keyboard.press('j')
  const panel = page.getByRole('region', { name: `Åtkomst ${index + 1}` })
  await panel.getByText('Patienten ringde om provsvar').first().waitFor()
  assert.match(await panel.innerText(), new RegExp(family))
  await panel.getByLabel('Fråga medarbetaren').press('Space')
  const save = panel.getByRole('button', { name: 'Spara och visa nästa' })
  assert.equal(await save.isDisabled(), true, 'a question needs a note')
  await panel.getByLabel(/^Vad som framkom/).fill('Fråga vad samtalet gällde')
  await save.press('Enter')
  await page.getByText('1 bedömda').waitFor()
  assert.match(await rows.nth(index).innerText(), /Fråga medarbetaren/)
  const { rows: decided } = await db.query<{ outcome: string; note: string }>({
    text: 'select outcome, note from law.log_review_outcome',
    values: [],
  })
  assert.deepEqual(decided, [{ outcome: 'question', note: 'Fråga vad samtalet gällde' }])
})

test('a sample is drawn that its seed draws again', async () => {
  await page.getByRole('link', { name: 'Kontroller' }).click()
  const draw = async (seed: string) => {
    await page.getByLabel('Stickprov').check()
    await page.getByLabel(/^Frö/).fill(seed)
    await page.getByLabel('Antal').fill('3')
    await page.getByRole('button', { name: 'Gör kontrollen' }).click()
    await page.getByText(/frö/).waitFor()
    await page.locator('.items tbody tr').first().waitFor()
    const names = await page.locator('.items tbody th').allInnerTexts()
    await page.getByRole('link', { name: 'Kontroller' }).click()
    return names
  }
  assert.deepEqual(await draw('samma'), await draw('samma'))
})

test('an emergency opening is on the page within a minute, without loading it anew, until it is taken care of', async () => {
  const given = (valueString: string) => ({ name: 'affirm', valueString })
  const openEmergency = (login: string) =>
    ask(login, 'POST', `vgr/Patient/${patient?.id}/$open-emergency`, {
      resourceType: 'Parameters',
      parameter: [
        { name: 'reason', valueString: 'Medvetslös i ambulans' },
        ...['danger', 'no-consent-possible'].map(given),
      ],
    })
  const state = (login: string) =>
    ask(login, 'POST', `vgr/Patient/${patient?.id}/$state-relation`, {
      resourceType: 'Parameters',
      parameter: [{ name: 'reason', valueString: 'Kom in med ambulans' }],
    })
  const reviewer = await open('Per Öberg')
  await reviewer.clock.install()
  await reviewer.goto(new URL('/review/alerts', reviewer.url()).href)
  const card = reviewer.getByRole('region', { name: 'Larm' })
  const waiting = Number.parseInt(await card.getByText(/ väntar$/).innerText(), 10)
  for (const login of ['goran.ek', 'anna.nystrom']) {
    await state(login)
    assert.equal((await openEmergency(login)).status, 200)
  }
  await reviewer.clock.fastForward(45_000)
  const row = reviewer.getByRole('row', { name: /Nödöppning.*Göran Ek/ })
  await row.waitFor()
  const text = await row.innerText()
  assert.match(text, /Nödöppning hos andra vårdgivare.*2022:913 3 kap. 6 §/s)
  assert.match(text, /Medvetslös i ambulans/)
  await row.getByRole('link', { name: new RegExp(family) }).waitFor()
  await reviewer.getByRole('status').getByText('2 nya larm').waitFor()
  await reviewer.getByRole('link', { name: `Larm ${waiting + 2} väntar` }).waitFor()
  await row.getByRole('button', { name: 'Ta hand om' }).press('Enter')
  await row.getByText('Per Öberg').waitFor()
  await reviewer.getByRole('link', { name: `Larm ${waiting + 1} väntar` }).waitFor()
})

test('the search finds a patient’s accesses and makes the extract, also on paper', async () => {
  await page.getByRole('link', { name: 'Sök i loggen' }).click()
  await page.getByLabel(/^Patient, personnummer/).fill(number)
  await page.getByRole('button', { name: 'Sök', exact: true }).click()
  const link = page.getByRole('link', { name: new RegExp(family) }).first()
  await link.waitFor()
  assert.match(await page.locator('.people').innerText(), /Göran Ek/)
  await link.click()
  const extract = page.getByRole('region', { name: /^Loggutdrag för/ })
  await extract.getByText('Distriktsläkare').first().waitFor()
  const text = await extract.innerText()
  assert.match(text, /Distriktsläkare\tLäste\tProvsvar och mätvärden\tFör din vård och behandling/)
  assert.doesNotMatch(text, /Göran/) // a patient is told of unit and profession
  const saved = page.waitForEvent('download')
  await extract.getByRole('button', { name: 'Hämta som PDF' }).click()
  assert.equal((await saved).suggestedFilename(), 'loggutdrag.pdf')
  assert.doesNotMatch(page.url(), new RegExp(number))
})
