import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Composition, FhirResource, Flag, Patient } from 'fhir/r4'
import type { Page } from 'playwright-core'
import { toChange } from '../../src/demo.ts'
import { pdfPages } from './pdf-text.ts'
import { openWorkspace } from './workspace-under-test.ts'

const { address, people, open, karna, db } = await openWorkspace()

/** One whose record is long, and is made longer: a note of more than a page, and more warnings than fit a line. */
const isNote = (each: FhirResource): each is Composition => each.resourceType === 'Composition'
const notes = Map.groupBy(people.filter(isNote), ({ subject }) => subject?.reference ?? '')
const [subject = '', own = []] = [...notes].sort(([, a], [, b]) => b.length - a.length)[0] ?? []
const patient = people.find(
  (each): each is Patient => each.resourceType === 'Patient' && subject === `Patient/${each.id}`,
)
const SENTENCES = Array.from({ length: 150 }, (_, at) => `Mening ${at + 1} av 150, ej uteslutet.`)
const WARNINGS = Array.from(
  { length: 12 },
  (_, at) => `Obs! Särskild försiktighet nummer ${at + 1}`,
)

const home = `${address}/patient/${patient?.id}`
const without = (text: string) => text.replaceAll(/\s/g, '')

async function lengthen(): Promise<void> {
  const [note] = own
  const flag = people.find((each): each is Flag => each.resourceType === 'Flag')
  if (!note || !flag || !patient?.id) throw new Error('Nobody has notes')
  const text = {
    status: 'generated',
    div: `<div xmlns="http://www.w3.org/1999/xhtml">${SENTENCES.join('<br/>')}</div>`,
  }
  const long = { ...note, id: 'long-note', section: [{ title: 'Anamnes', text }] } as Composition
  const flags = WARNINGS.map((words, at) => ({
    ...flag,
    ...{ id: `print-flag-${at}`, subject: { reference: subject }, code: { text: words } },
  }))
  await karna.loadTarget('vgr').transact([long, ...flags].map(toChange))
}
await lengthen()

/** The pages of the paper that Ctrl-P gives. */
const printed = async (page: Page) => pdfPages(await page.pdf({ preferCSSPageSize: true }))

async function openRecord(path: string): Promise<Page> {
  const page = await open('Anna Nyström')
  await page.goto(home + path)
  await page.locator('.banner h1').waitFor()
  await page.locator('.card tbody tr, .journal li').first().waitFor()
  return page
}

describe('on paper', () => {
  it('every page says whose it is, what must be known, and by whom and when it was printed', async () => {
    const page = await openRecord('/notes')
    const [name, number] = await Promise.all([
      page.locator('.banner h1').innerText(),
      page.locator('.banner .number').innerText(),
    ])
    const pages = await printed(page)
    assert.ok(pages.length > 5, `${pages.length} pages`)
    for (const [at, text] of pages.entries()) {
      for (const words of [name, number.split(' ')[0] ?? '', ...WARNINGS, 'av Anna Nyström'])
        assert.ok(text.includes(without(words)), `page ${at + 1} lacks ${words}`)
      assert.match(text, /Utskrivet20\d\d-\d\d-\d\d\d\d:\d\d/)
      assert.match(text, new RegExp(`Sida${at + 1}av${pages.length}`))
    }
  })

  it('the notes are whole, however long', async () => {
    const page = await openRecord('/notes')
    await page.getByText('hämtar resten').waitFor({ state: 'detached' })
    const written = await page.$$eval('.journal h3, .journal dt, .journal dd', (all) =>
      all.flatMap((each) => (each as HTMLElement).innerText.split(/\n|(?<=\.) /)),
    )
    const text = (await printed(page)).join('')
    assert.ok(written.length > 150)
    assert.deepEqual(
      written.filter((words) => !text.includes(without(words))),
      [],
    )
    assert.deepEqual(
      SENTENCES.filter((words) => !text.includes(without(words))),
      [],
    )
  })

  it('every answer is there, whatever the width of the screen was', async () => {
    const page = await openRecord('/results')
    await page.getByText('hämtar resten').waitFor({ state: 'detached' })
    const cells = await page.$$eval('.grid td, .grid th', (all) =>
      all.map((each) => {
        const seen = each.cloneNode(true) as Element
        for (const heard of seen.querySelectorAll('.heard')) heard.remove()
        return seen.textContent ?? ''
      }),
    )
    assert.ok(cells.length > 100)
    const text = (await printed(page)).join('')
    const missing = cells.filter((words) => !text.includes(without(words)))
    assert.deepEqual(missing, [])
  })
})

describe('a print', () => {
  it('is in the access log', async () => {
    const page = await openRecord('/notes')
    const told = page.waitForResponse((answer) => answer.url().endsWith('$print'))
    await printed(page)
    assert.equal((await told).status(), 200)
    const { rows } = await db.query<{ patient: string }>({
      text: "select patient from law.access_log where action = 'print' and patient = $1",
      values: [patient?.id],
    })
    assert.ok(rows.length > 0)
  })
})

describe('on any paper', () => {
  it('what could not be fetched is said, and nothing that is pressed is there', async () => {
    const page = await open('Anna Nyström')
    await page.route('**/*_cursor*', (route) => route.abort())
    await page.goto(`${home}/notes`)
    await page.getByText('resten kunde inte hämtas').waitFor()
    const pages = await printed(page)
    assert.match(pages.join(''), /restenkundeintehämtas/)
    assert.match(pages.join(''), /Listanärintehel/)
    for (const text of pages) assert.doesNotMatch(text, /Ctrl|Sökpatient|Mörkt|Översikt/)
  })

  it('a dark screen gives white paper', async () => {
    const page = await openRecord('/notes')
    if ((await page.evaluate(() => document.documentElement.dataset.theme)) === 'light')
      await page.keyboard.press('m')
    await page.emulateMedia({ media: 'print' })
    const colours = await page
      .locator('.journal dd')
      .first()
      .evaluate((each) => [
        getComputedStyle(document.body).backgroundColor,
        getComputedStyle(each).color,
      ])
    assert.deepEqual(colours, ['rgb(255, 255, 255)', 'rgb(0, 0, 0)'])
  })
})
