import type { FhirResource } from 'fhir/r4'
import type { Browser, Page } from 'playwright-core'
import { DEMO_SEED, toChange } from '../../src/demo.ts'
import { populate } from '../../tools/population/populate.ts'
import { buildWorkspace } from '../../workspace/build.ts'
import { launchBrowser } from '../browser.ts'
import { startDemoLogins } from '../demo-logins.ts'
import { atEndOfFile, atEndOfRun } from '../endings.ts'
import { type KarnaUnderTest, startKarna } from './karna-under-test.ts'

/** How many of the demo's people are loaded; those of Västra Götaland among them have a workspace to be shown in. */
const PATIENTS = 130

const BATCH = 250

/** A machine that runs other things too is slow; it is not wrong. */
const PATIENCE_MS = 90_000

const FOLDER = 'node_modules/.cache/workspace'

/** A built workspace before a Kärna with part of the demo's people, and a browser to look at it with. */
export interface WorkspaceUnderTest extends KarnaUnderTest {
  readonly address: string
  /** All that was loaded into Västra Götaland. */
  readonly people: readonly FhirResource[]
  /** A page of its own, logged in by the name on the login page if one is given. */
  open(name?: string): Promise<Page>
}

let opened: Promise<WorkspaceUnderTest> | undefined

/** Opens one, the same for all test files; it is closed when the last of them has ended. */
export async function openWorkspace(): Promise<WorkspaceUnderTest> {
  opened ??= open()
  return await opened // a promise of the caller's own: node:test takes who made it for the suite that goes on
}

async function open(): Promise<WorkspaceUnderTest> {
  await buildWorkspace(FOLDER)
  const { logins, meet } = await startDemoLogins(atEndOfRun)
  const under = await startKarna(FOLDER, logins, {}, atEndOfRun)
  const until = new Date().toISOString().replace(/\.\d+Z$/, '+00:00')
  const people = [...populate({ seed: DEMO_SEED, patients: PATIENTS, until })]
    .filter(({ region }) => region === 'vgr')
    .flatMap(({ resources }) => resources)
  const target = under.karna.loadTarget('vgr')
  for (let at = 0; at < people.length; at += BATCH) {
    await target.transact(people.slice(at, at + BATCH).map(toChange))
  }
  await chooseUnits(under)
  await under.karna.maintain()
  const address = await under.karna.api.listen({ port: 0, host: '127.0.0.1' })
  meet(under.karna)
  const browser: Browser = await launchBrowser()
  atEndOfRun(() => browser.close())
  return {
    ...under,
    address,
    people,
    async open(name) {
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        locale: 'sv-SE',
        timezoneId: 'Europe/Stockholm',
        reducedMotion: 'reduce',
      })
      atEndOfFile(() => context.close())
      const page = await context.newPage()
      page.setDefaultTimeout(PATIENCE_MS)
      if (name) await logIn(page, address, name)
      else await page.goto(address)
      return page
    },
  }
}

/** Everybody has chosen to see other units' records of everybody: the tests are about what is shown, not how it's opened. */
async function chooseUnits({ db, karna }: KarnaUnderTest): Promise<void> {
  for (const { hsaId, commissions } of karna.identity.directory.staff) {
    for (const { unit } of commissions) {
      await db.query({
        text: `insert into law.decision (region, patient, kind, person, unit, decided_by)
          select region, patient, 'choice', $1, $2, 'test' from law.person where region = 'vgr'`,
        values: [hsaId, unit],
      })
    }
  }
}

/** Logs in as a person does: finds the name, chooses the first commission. */
export async function logIn(page: Page, address: string, name: string): Promise<void> {
  await page.goto(address)
  await page.getByLabel('Sök namn, titel eller enhet').fill(name)
  await page.getByRole('listitem').getByRole('button').first().click()
  await page.locator('.page h1').waitFor()
}
