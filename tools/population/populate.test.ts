import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import type {
  Composition,
  Condition,
  Encounter,
  FhirResource,
  MedicationRequest,
  Observation,
  Patient,
} from 'fhir/r4'
import { parseJson } from '../../src/fhir/json/parse.ts'
import { issuesOf } from '../../src/fhir/validation/validate.ts'
import { withCheckDigit } from './facts/personnummer.ts'
import { type PopulationPart, populate } from './populate.ts'
import { news2 } from './records/news2.ts'
import { dateText, dayOf, workday } from './time.ts'

const UNTIL = '2026-11-24T13:05:00+01:00'
const people = (patients: number, seed = 'test') => [...populate({ seed, patients, until: UNTIL })]
const textOf = (parts: readonly PopulationPart[]) => JSON.stringify(parts)

const parts = people(150)
const resources = parts.flatMap((part) => part.resources)
const ofType = <T extends FhirResource>(type: T['resourceType']) =>
  resources.filter((each): each is T => each.resourceType === type)

describe('the population', () => {
  it('is the same each time, and another with another seed', () => {
    assert.equal(textOf(people(20)), textOf(people(20)))
    assert.notEqual(textOf(people(20)), textOf(people(20, 'other')))
  })

  it('only grows when more people are asked for', () => {
    const few = people(25).map((part) => JSON.stringify(part))
    const many = people(60).map((part) => JSON.stringify(part))
    assert.deepEqual(many.slice(0, few.length), few)
    assert.ok(many.length > few.length)
  })

  it('is valid FHIR, every resource of it', () => {
    const issues = resources.flatMap((each) =>
      issuesOf(parseJson(Buffer.from(JSON.stringify(each))).value),
    )
    assert.deepEqual(issues.slice(0, 5), [])
  })

  it('refers only to what is there, in the same region', () => {
    for (const { id } of [{ id: 'vgr' }, { id: 'skane' }]) {
      const own = parts.filter(({ region }) => region === id).flatMap((part) => part.resources)
      const there = new Set(own.map((each) => `${each.resourceType}/${each.id}`))
      const asked = [...JSON.stringify(own).matchAll(/"reference":"([^"]+)"/g)].map(([, to]) => to)
      assert.deepEqual(asked.filter((to) => !there.has(to ?? '')).slice(0, 5), [])
    }
  })

  it('gives each resource an id of its own in its region', () => {
    for (const region of new Set(parts.map((part) => part.region))) {
      const ids = parts
        .filter((part) => part.region === region)
        .flatMap((part) => part.resources.map((each) => `${each.resourceType}/${each.id}`))
      assert.equal(new Set(ids).size, ids.length)
    }
  })

  for (const until of ['2026-11-24T00:05:00+01:00', '2026-11-23T06:30:00+01:00', UNTIL]) {
    it(`tells nothing that has not happened yet at ${until}, bookings apart`, () => {
      const now = Date.parse(until)
      const told = [...populate({ seed: 'test', patients: 80, until })]
        .flatMap((part) => part.resources)
        .filter(({ resourceType }) => resourceType !== 'Appointment')
      const late = told.flatMap((each) =>
        [...JSON.stringify(each).matchAll(MOMENTS)]
          .filter(([, , at = '']) => Date.parse(at) > now)
          .map(([, field, at]) => `${each.resourceType}.${field} ${at}`),
      )
      assert.deepEqual(late, [])
    })
  }
})

const MOMENTS =
  /"(effectiveDateTime|issued|date|authoredOn|recordedDate|start|end|performedDateTime|occurrenceDateTime|time)":"(\d{4}-[^"]+T[^"]+)"/g

describe('its people', () => {
  const numbers = ofType<Patient>('Patient').map((each) => each.identifier?.[0]?.value ?? '')

  it('have test personnummer with a true check digit, which agree with birth date and sex', () => {
    for (const patient of ofType<Patient>('Patient')) {
      const number = patient.identifier?.[0]?.value ?? ''
      assert.equal(withCheckDigit(number.slice(0, 11)), number)
      assert.equal(patient.birthDate?.replaceAll('-', ''), number.slice(0, 8))
      assert.equal(Number(number[10]) % 2 === 1 ? 'male' : 'female', patient.gender)
    }
  })

  const list = new URL(
    '../../../shared/data/terminology/test-personnummer/testpersonnummer.txt',
    import.meta.url,
  )
  it("all stand in Skatteverket's list of test numbers", {
    skip: existsSync(list) ? false : "Skatteverket's list is not beside the project",
  }, () => {
    const known = new Set(readFileSync(list, 'utf8').split(/\s+/))
    assert.deepEqual(
      numbers.filter((number) => !known.has(number)),
      [],
    )
  })

  it('are known in several regions, one in ten, under the same number', () => {
    const several = numbers.length - new Set(numbers).size
    assert.ok(several >= 8 && several <= 32, `${several} of 150`)
  })
})

describe('those who have died', () => {
  const of = people(400).filter(({ resources: [first] }) => {
    return first?.resourceType === 'Patient' && first.deceasedDateTime !== undefined
  })

  it('are a few, old and ill', () => {
    assert.ok(of.length >= 3 && of.length <= 40, String(of.length))
  })

  it('have a note about it, and nothing after it', () => {
    for (const { region, resources } of of) {
      const died = (resources[0] as Patient).deceasedDateTime ?? ''
      const text = JSON.stringify(
        resources.filter(({ resourceType }) => resourceType !== 'Appointment'),
      )
      const late = [...text.matchAll(MOMENTS)].map(([, , at = '']) => at.slice(0, 10))
      assert.deepEqual(
        late.filter((day) => day > died),
        [],
      )
      const isAtHome = text.includes('Anteckning vid dödsfall')
      assert.ok(isAtHome || resources.length < 60, region)
    }
  })

  it('are given nothing, wait for nothing and are booked nowhere', () => {
    const open = of
      .flatMap((part) => part.resources)
      .filter(
        (each) =>
          (each.resourceType === 'MedicationRequest' && /active|on-hold/.test(each.status)) ||
          (each.resourceType === 'Appointment' && each.status === 'booked') ||
          (each.resourceType === 'ServiceRequest' && each.status === 'active') ||
          (each.resourceType === 'Task' && each.status === 'requested'),
      )
    assert.deepEqual(open, [])
  })
})

describe('its care', () => {
  it('has ten on the ward, with a doctor, a nurse and a bed each', () => {
    const lying = resources.filter(
      (each) => each.resourceType === 'Encounter' && each.status === 'in-progress',
    )
    assert.equal(lying.length, 10)
    for (const each of lying) {
      const roles = each.resourceType === 'Encounter' ? each.participant : []
      assert.deepEqual(
        roles?.map(({ type }) => type?.[0]?.text),
        ['PAL', 'PAS'],
      )
    }
  })

  it('has measured everybody who lies on the ward there, also those who came the evening before', () => {
    const night = [...populate({ seed: 'test', patients: 10, until: '2026-11-24T01:05:00+01:00' })]
    const charts = night.filter(({ resources: [first] }) => first?.resourceType === 'Patient')
    assert.equal(charts.length, 10)
    for (const { resources } of charts) {
      const stay = resources.find(
        (each) => each.resourceType === 'Encounter' && each.status === 'in-progress',
      )
      const measured = resources.filter(
        (each) =>
          each.resourceType === 'Observation' &&
          each.encounter?.reference === `Encounter/${stay?.id}`,
      )
      assert.ok(measured.length > 5, String(measured.length))
    }
  })

  it('prescribes no penicillin to those who react to it', () => {
    const allergic = new Set(
      resources
        .filter((each) => each.resourceType === 'AllergyIntolerance')
        .filter(({ code }) => code?.coding?.[0]?.code?.startsWith('J01C'))
        .map(({ patient }) => patient.reference),
    )
    assert.ok(allergic.size > 3)
    const given = ofType<MedicationRequest>('MedicationRequest').filter(
      ({ subject, medicationCodeableConcept }) =>
        allergic.has(subject.reference) &&
        medicationCodeableConcept?.coding?.[0]?.code?.startsWith('J01C'),
    )
    assert.deepEqual(given, [])
  })

  it('keeps decimals as the laboratory wrote them', () => {
    const potassium = ofType<Observation>('Observation').filter(
      ({ code }) => code.text === 'P-Kalium',
    )
    assert.ok(potassium.length > 200)
    for (const each of potassium) assert.match(JSON.stringify(each), /"value":\d\.\d,/)
  })

  it('flags what lies outside its interval', () => {
    const high = ofType<Observation>('Observation').find(
      ({ code, valueQuantity }) =>
        code.text === 'P-CRP' && Number(JSON.stringify(valueQuantity?.value)) > 100,
    )
    assert.equal(high?.interpretation?.[0]?.coding?.[0]?.code, 'H')
  })
})

describe('its days and notes', () => {
  it('books nobody on a holiday, and sees none by appointment then', () => {
    const closed = /-(01-01|01-06|05-01|06-06|12-2[456]|12-31)T/
    const planned = ofType<Encounter>('Encounter').filter(({ class: { code } }) => code === 'AMB')
    assert.ok(planned.length > 500)
    assert.deepEqual(
      planned.filter(({ period }) => closed.test(period?.start ?? '')).map(({ id }) => id),
      [],
    )
    for (const day of ['2025-04-18', '2025-04-21', '2025-05-29', '2026-06-19', '2024-03-29']) {
      assert.notEqual(workday(dayOf(day)), dayOf(day), day)
    }
    assert.equal(workday(dayOf('2026-11-24')), dayOf('2026-11-24'))
    assert.equal(dateText(workday(dayOf('2026-12-24'))), '2026-12-28')
  })

  it('hears an irregular heart where fibrillation is permanent, in every note', () => {
    const since = new Map(
      ofType<Condition>('Condition')
        .filter(({ code }) => code?.coding?.[0]?.code === 'I48.2')
        .map(({ subject, onsetDateTime }) => [subject.reference, onsetDateTime ?? '']),
    )
    assert.ok(since.size > 3)
    const wrong = ofType<Composition>('Composition').filter(
      ({ subject, date, section }) =>
        date > (since.get(subject?.reference) ?? '9999') &&
        / regelbunden rytm/.test(JSON.stringify(section)),
    )
    assert.deepEqual(wrong, [])
  })

  it('scores NEWS2 as the chart does', () => {
    assert.equal(
      news2({ breaths: 16, saturation: 97, bp: [125, 75], pulse: 75, temperature: 37 }),
      0,
    )
    assert.equal(
      news2({ breaths: 28, saturation: 88, bp: [148, 84], pulse: 112, temperature: 39.1 }, true),
      3 + 3 + 0 + 2 + 2 + 2,
    )
    assert.equal(news2({ breaths: 8, bp: [90, 50], pulse: 40, temperature: 35 }, false, true), 15)
  })
})
