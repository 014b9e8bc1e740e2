import assert from 'node:assert/strict'
import { test } from 'node:test'
import { axeFindings, clippedText } from './page-probes.ts'
import { openWorkspace } from './workspace-under-test.ts'

const { open, karna } = await openWorkspace()

test('the regions stand in a list with how each answers; the chosen one shows how far it has come', async () => {
  const page = await open('Anna Nyström')
  await page.getByRole('link', { name: 'Regioner' }).click()
  const row = page.getByRole('row', { name: /Västra Götaland/ })
  await row.waitFor()
  assert.match(await row.innerText(), /ansluten/)
  await row.getByRole('button').click()
  const steps = page.getByRole('region', { name: 'Anslutning' })
  await steps.getByText('Driftstart').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Testa nu' }).count(), 0, 'not a doctor’s')
  await page.getByRole('link', { name: 'Informationskarta' }).click()
  const map = page.getByRole('row', { name: /Diagnoser/ })
  await map.waitFor()
  assert.match(await map.innerText(), /i Kärna/)
  await page.reload()
  await page.getByRole('row', { name: /Diagnoser/ }).waitFor()
})

test('how a region has answered is a line with the same in words, and what runs there is said', async () => {
  await karna.live.watch.look()
  const page = await open('Anna Nyström')
  await page.getByRole('link', { name: 'Regioner' }).click()
  const row = page.getByRole('row', { name: /Västra Götaland/ })
  await row.getByRole('img', { name: /^Senaste dygnet \d+(–\d+)? ms, nu \d+ ms/ }).waitFor()
  const words = await row.innerText()
  assert.match(words, /100,00\u00a0%/)
  assert.match(words, /Kärna \d/)
  assert.ok((await row.locator('polyline').count()) > 0)
})

test('an administrator pauses a region and takes it up again', async () => {
  const { name } = await karna.live.registry.put({
    id: 'blekinge',
    name: 'Region Blekinge',
    kind: 'own',
    agreement: { agreement: 'A-1', controller: '2321000081' },
  })
  await karna.live.refresh()
  const page = await open('Sofia Wallin')
  await page.getByRole('heading', { level: 1, name: 'Regioner' }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'Patienter', exact: true }).count(), 0)
  const row = page.getByRole('row', { name: new RegExp(name) })
  await row.getByRole('button').click()
  await page.getByRole('button', { name: 'Pausa' }).click()
  await row.getByText('pausad').waitFor()
  assert.equal((await karna.live.registry.get('blekinge'))?.state, 'paused')
  await page.getByRole('button', { name: 'Återuppta' }).click()
  await row.getByText('ansluten').waitFor()
  await page.getByRole('region', { name: 'Händelser' }).getByText('Pausad').waitFor()
  await page.getByRole('button', { name: 'Backa till test' }).click()
  await row.getByText('i test').waitFor()
  await page.getByRole('button', { name: 'Jämför nu' }).click()
  const steps = page.getByRole('region', { name: 'Anslutning' })
  await steps.getByText('0 uppgifter om 0 patienter jämförda').waitFor()
  await page.getByRole('button', { name: 'Ta i drift' }).click()
  await page.getByRole('alert').waitFor()
  assert.equal((await karna.live.registry.get('blekinge'))?.state, 'shadow', 'nothing was compared')
})

test('the pages of the regions are read aloud sensibly and cut no text, also on a narrow screen', async () => {
  const page = await open('Sofia Wallin')
  await page.getByRole('link', { name: 'Regioner' }).click()
  await page
    .getByRole('row', { name: /Västerbotten/ })
    .getByRole('button')
    .click()
  await page.getByRole('region', { name: 'Anslutning' }).waitFor()
  assert.deepEqual(await axeFindings(page), [])
  await page.setViewportSize({ width: 320, height: 256 })
  assert.deepEqual(await clippedText(page), [])
  await page.getByRole('link', { name: 'Informationskarta' }).click()
  await page.getByRole('row', { name: /Diagnoser/ }).waitFor()
  assert.deepEqual(await clippedText(page), [])
  assert.deepEqual(await axeFindings(page), [])
})
