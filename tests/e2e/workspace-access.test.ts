import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import type { Encounter, FhirResource, Patient } from 'fhir/r4'
import type { Page } from 'playwright-core'
import { axeFindings, clippedText } from './page-probes.ts'
import { openWorkspace } from './workspace-under-test.ts'

const { address, people, open, ask, db, karna } = await openWorkspace()

const VGR = 'SE2321000131-'
const WARD = 'E000000000030'
const CENTRE = 'E000000000040'
const COMMUNE = 'E000000000003'
const LABEL = 'https://karna.se/fhir/CodeSystem/label'
const encounters = people.filter((each): each is Encounter => each.resourceType === 'Encounter')
const unitOf = ({ meta }: FhirResource) => meta?.source?.split('-').at(-1)
const of =
  (patient: string) =>
  ({ subject }: Encounter) =>
    subject?.reference === `Patient/${patient}`

/** In care on the ward, with contacts at the health centre and none of the patients that other tests open. */
const onWard = [
  ...new Set(
    encounters
      .filter((each) => each.status === 'in-progress' && unitOf(each) === WARD)
      .map(({ subject }) => subject?.reference?.slice('Patient/'.length) ?? ''),
  ),
]
const atCentre = (patient: string) =>
  encounters.filter((each) => of(patient)(each) && unitOf(each) === CENTRE).length

let page: Page
before(async () => {
  page = await open('Anna Nyström')
})

async function openAccess(patient: string): Promise<void> {
  await page.goto(`${address}/patient/${patient}/access`)
  const dialog = page.getByRole('dialog', { name: 'Ingen vårdrelation är känd' })
  await page.locator('.access').or(dialog).first().waitFor()
  if (await dialog.count()) {
    await dialog.getByLabel(/^Skäl/).fill('Patienten söker vård hos oss nu')
    await page.keyboard.press('Enter')
  }
  await page.locator('.access').waitFor()
}

/** How many of the patient's contacts the page's own user is given. */
async function contactsSeen(patient: string): Promise<number> {
  const path = `vgr/Encounter?patient=${patient}&_summary=count`
  return (await ask('anna.nystrom', 'GET', path)).json.total
}

/** The health centre's records, closed to others. */
const blockOf = (patient: string) => ({
  resourceType: 'Consent',
  status: 'active',
  scope: { text: 'spärr' },
  category: [{ coding: [{ system: LABEL, code: 'inner-block' }] }],
  policyRule: { text: 'PDL 4 kap. 4 §' },
  patient: { reference: `Patient/${patient}` },
  performer: [{ reference: `Patient/${patient}` }],
  provision: {
    type: 'deny',
    actor: [
      {
        role: { coding: [{ system: LABEL, code: 'unit' }] },
        reference: { identifier: { system: 'urn:oid:1.2.752.29.4.19', value: VGR + CENTRE } },
      },
    ],
  },
})

/** A step of a dialog as everybody must be able to use it: nothing that axe finds, light and dark, and no text cut. */
async function isWell(step: string): Promise<void> {
  for (const theme of ['dark', 'light']) {
    await page.evaluate((wanted) => {
      document.documentElement.dataset.theme = wanted
    }, theme)
    assert.deepEqual(await axeFindings(page), [], `${step} (${theme})`)
  }
  assert.deepEqual(await clippedText(page), [], step)
}

const said = () => page.locator('.access .done').innerText()

describe('a block that another unit has registered', () => {
  const patient = onWard.findLast((each) => atCentre(each) > 0) ?? ''
  let consent = ''
  let open = 0
  before(async () => {
    open = await contactsSeen(patient)
    const reason = { 'x-karna-reason': 'Patienten%20ber%20om%20det' }
    const made = await ask('leila.amini', 'POST', 'vgr/Consent', blockOf(patient), reason)
    assert.equal(made.status, 201)
    consent = made.json.id
  })

  it('is told of, and neither whose, when nor what', async () => {
    assert.equal(await contactsSeen(patient), open - atCentre(patient))
    await openAccess(patient)
    const text = await page.locator('.access').innerText()
    assert.match(text, /Spärrad information finns/)
    assert.doesNotMatch(text, /Slottsberget|Beroende/)
    await page.getByRole('button', { name: 'Spärrad information finns' }).waitFor() // in the banner
  })

  it('is lifted in two steps by keyboard, for this user, and takes effect on the next request', async () => {
    await page.getByRole('button', { name: 'Häv spärren i steg' }).press('Enter')
    const dialog = page.getByRole('dialog')
    const next = dialog.getByRole('button', { name: 'Fortsätt till steg 2' })
    assert.equal(await next.isDisabled(), true, 'a reason is needed')
    await isWell('lifting, first step')
    await dialog.getByLabel(/Nödöppning/).press('Space')
    await dialog.getByLabel(/^Varför behövs/).fill('Medvetandesänkt, oklar medicinering')
    assert.doesNotMatch(await dialog.innerText(), /Slottsberget/)
    await next.press('Enter')
    await dialog.getByText('Närhälsan Slottsberget').waitFor()
    await isWell('lifting, second step')
    assert.equal(
      await contactsSeen(patient),
      open - atCentre(patient),
      'the first step opens nothing',
    )
    await dialog.getByRole('button', { name: 'Häv för mig och läs' }).press('Enter')
    await dialog.getByText('Hävt för dig').waitFor()
    await isWell('lifting, done')
    assert.equal(await contactsSeen(patient), open)
    await page.keyboard.press('Escape')
    assert.match(await said(), /Spärren är hävd tillfälligt för dig/)
  })

  it('closes again when the user says so', async () => {
    await page.getByRole('button', { name: /^Stäng: Spärrade uppgifter/ }).click()
    await page.getByText('Stängt. Det gäller från och med nu.').waitFor()
    assert.equal(await contactsSeen(patient), open - atCentre(patient))
  })

  it('says why something that is shown is shown', async () => {
    const things = page.getByLabel('Varför visas just den här uppgiften?')
    await things.selectOption({ index: 1 })
    const why = page.locator('.explain .reasons')
    await why.waitFor()
    assert.match(await why.innerText(), /vårdrelation|valt att se andra enheters/)
    const reason = { 'x-karna-reason': 'Patienten%20ber%20om%20det' }
    await ask('leila.amini', 'DELETE', `vgr/Consent/${consent}`, undefined, reason)
  })
})

describe('blocks and consents on the own unit', () => {
  const patient = onWard.at(-1) ?? ''

  it('a block is registered and lifted on the patient’s request', async () => {
    await openAccess(patient)
    await page.getByRole('button', { name: 'Ny spärr' }).click()
    const dialog = page.getByRole('dialog')
    assert.equal(await dialog.getByRole('button', { name: 'Spärra' }).isDisabled(), true)
    await dialog.getByLabel(/har själv begärt/).check()
    await dialog.getByRole('button', { name: 'Spärra' }).click()
    await page.getByText('Spärren är registrerad.').waitFor()
    const { json } = await ask('erik.sand', 'GET', `vgr/Consent?patient=${patient}`)
    const [made] = json.entry.map(({ resource }: { resource: object }) => resource)
    assert.equal(made.provision.actor[0].reference.identifier.value, VGR + WARD)
    const elsewhere = { 'x-karna-reason': 'Patienten%20s%C3%B6ker' }
    const path = `vgr/Patient/${patient}/$blocked`
    const flags = await ask('goran.ek', 'GET', path, undefined, elsewhere)
    assert.match(flags.text, /"blocked","valueBoolean":true/)
    await page.getByRole('button', { name: /^Häv på patientens begäran/ }).click()
    await page.getByText('Spärren är hävd.').waitFor()
    const after = await ask('goran.ek', 'GET', path, undefined, elsewhere)
    assert.match(after.text, /"blocked","valueBoolean":false/)
  })

  it('a consent is registered and withdrawn', async () => {
    await page.getByRole('button', { name: 'Nytt samtycke' }).click()
    await page.getByLabel(/har själv samtyckt/).check()
    await page.getByRole('button', { name: 'Registrera' }).click()
    await page.getByText('Samtycket är registrerat.').waitFor()
    assert.match(await page.getByRole('region', { name: 'Samtycken' }).innerText(), /Avd 30E/)
    await page.getByRole('button', { name: /^Återkalla/ }).click()
    await page.getByText('Samtycket är återkallat.').waitFor()
  })
})

describe('a care process', () => {
  const patient = onWard.at(-1) ?? ''

  it('is closed to all but those who work in it, until the patient’s block is lifted', async () => {
    const erik = karna.identity.directory.staff.find(({ login }) => login === 'erik.sand')
    const commission = erik?.commissions.find(({ process }) => process === 'Stroke')?.hsaId
    const { token } = await karna.identity.issueToken('erik.sand', commission)
    const inProcess = { authorization: `Bearer ${token}` }
    const made = await ask(
      'erik.sand',
      'POST',
      'vgr/Observation',
      {
        resourceType: 'Observation',
        status: 'final',
        code: { text: 'NIHSS' },
        subject: { reference: `Patient/${patient}` },
      },
      inProcess,
    )
    assert.equal(made.status, 201)
    const seen = async (login: string, headers = {}) =>
      (await ask(login, 'GET', `vgr/Observation/${made.json.id}`, undefined, headers)).status
    assert.deepEqual([await seen('anna.nystrom'), await seen('erik.sand', inProcess)], [200, 200])
    await openAccess(patient)
    await page.getByRole('button', { name: 'Ny spärr' }).click()
    const dialog = page.getByRole('dialog')
    await dialog
      .getByLabel('Uppgifter som spärras')
      .selectOption('Uppgifter i vårdprocessen Stroke')
    await dialog.getByLabel(/har själv begärt/).check()
    await dialog.getByRole('button', { name: 'Spärra' }).press('Enter')
    await page.getByText('Spärren är registrerad.').waitFor()
    await page.getByRole('rowheader', { name: /^Vårdprocessen Stroke/ }).waitFor()
    assert.deepEqual([await seen('anna.nystrom'), await seen('erik.sand', inProcess)], [404, 200])
    await page.getByRole('button', { name: /begäran: Vårdprocessen Stroke/ }).press('Enter')
    await page.getByText('Spärren är hävd.').waitFor()
    assert.deepEqual([await seen('anna.nystrom'), await seen('erik.sand', inProcess)], [200, 200])
  })
})

describe('other care providers’ records', () => {
  const isOfCommune = (each: Encounter) => /^E00000000007/.test(unitOf(each) ?? '')
  const patient = people.find(
    (each): each is Patient =>
      each.resourceType === 'Patient' &&
      encounters.some((encounter) => of(each.id ?? '')(encounter) && isOfCommune(encounter)),
  )

  it('open in an emergency in the order of the act: danger, who has records, then what they say', async () => {
    const id = patient?.id ?? ''
    await openAccess(id)
    await page.getByRole('button', { name: 'Öppna i steg' }).click()
    await isWell('consent, first step')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Nödöppning' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(/^Varför behövs/).fill('Livshotande tillstånd')
    const next = dialog.getByRole('button', { name: 'Fortsätt till steg 2' })
    assert.equal(await next.isDisabled(), true, 'danger is to be affirmed')
    await isWell('emergency, first step')
    await dialog.getByLabel(/det är fara/).check()
    await dialog.getByLabel(/samtycke inte går att få/).check()
    await next.click()
    await dialog.getByLabel('Kungälvs kommun').check()
    await isWell('emergency, second step')
    await dialog.getByLabel(/oundgängligen/).check()
    await dialog.getByRole('button', { name: 'Öppna och läs' }).click()
    await dialog.getByText('Öppnat för dig').waitFor()
    await isWell('emergency, done')
    await page.keyboard.press('Escape')
    const { rows } = await db.query<{ provider: string; step: number }>({
      text: `select provider, step from law.decision where patient = $1 and kind = 'opening'
        and ended_at is null order by step`,
      values: [id],
    })
    assert.deepEqual(
      rows.map(({ provider, step }) => [provider, step]),
      [
        [null, 1],
        [VGR + COMMUNE, 2],
      ],
    )
    await page.getByRole('button', { name: /^Stäng: Uppgifter hos Kungälvs/ }).click()
    await page.getByText('Stängt. Det gäller från och med nu.').waitFor()
  })
})

describe('a protected identity', () => {
  const hidden = people.find(
    (each): each is Patient => each.resourceType === 'Patient' && each.meta?.security !== undefined,
  )

  it('is masked, and shown to the user after a step of its own', async () => {
    await openAccess(hidden?.id ?? '')
    const name = page.locator('.banner h1')
    assert.equal(await name.innerText(), 'Skyddad uppgift')
    await page.getByRole('button', { name: 'Visa skyddade personuppgifter' }).click()
    await page.getByLabel(/^Varför behövs de/).fill('Kallelse ska skickas')
    await isWell('revealing')
    await page.getByRole('button', { name: 'Visa i en timme' }).click()
    await page.getByText('Personuppgifterna visas för dig i en timme.').waitFor()
    assert.equal(
      await name.innerText(),
      [hidden?.name?.[0]?.family, hidden?.name?.[0]?.given?.[0]].join(', '),
    )
    await page.getByText(/skyddade personuppgifter\. Namn och adress/).waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Stäng: Skyddade personuppgifter' }).click()
    await page.getByText('Stängt. Det gäller från och med nu.').waitFor()
    assert.equal(await name.innerText(), 'Skyddad uppgift')
  })
})

describe('who has looked up more people than ordinary work takes', () => {
  it('is told so, opens the patient who needs them by stating the relation, and searches no more', async () => {
    const user = karna.identity.directory.staff.find(({ login }) => login === 'goran.ek')?.hsaId
    await db.query({
      text: `insert into law.look_up select $1, int4send(n), now(), 1 from generate_series(1, 300) n`,
      values: [user],
    })
    const { rows } = await db.query<{ patient: string }>({
      text: `select patient from law.person p where region = 'vgr' and not exists (
        select from law.care_relation r where r.patient = p.patient and r.unit = $1) limit 1`,
      values: [VGR + CENTRE],
    })
    page = await open('Göran Ek')
    await page.locator('#patient-search').fill('Finnsinte')
    await page.keyboard.press('Enter')
    await page.getByText(/^Sökningen är stoppad för en stund/).waitFor()
    await page.goto(`${address}/patient/${rows[0]?.patient}`)
    const dialog = page.getByRole('dialog')
    await dialog.getByText(/ovanligt många personer utan vårdrelation/).waitFor()
    await isWell('stopped')
    await dialog.getByLabel(/^Skäl/).fill('Patienten söker vård hos oss nu')
    await page.keyboard.press('Enter')
    await page.locator('.banner h1').waitFor()
    await db.query({ text: 'delete from law.look_up', values: [] })
  })
})
