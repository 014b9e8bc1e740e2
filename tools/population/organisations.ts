import type { Organization, Practitioner, PractitionerRole } from 'fhir/r4'
import { demoDirectory, demoUnit, type UnitRole } from '../../src/identity/demo-directory.ts'
import type { CareUnit } from '../../src/identity/directory.ts'
import { FAMILY_NAMES, GIVEN_NAMES } from './facts/names.ts'
import { randomFrom } from './random.ts'

export const HSA = 'urn:oid:1.2.752.29.4.19'

/** Someone who works at a unit. */
export interface Colleague {
  readonly hsaId: string
  readonly name: string
  readonly title: string
}

/** Those who work at one unit. */
export interface Team {
  readonly unit: CareUnit
  readonly doctors: readonly Colleague[]
  readonly nurses: readonly Colleague[]
}

const teams = new Map<string, Team>()

/** Who works where: staff of the demo first, then invented colleagues. The same each time. */
export function teamAt(region: string, role: UnitRole): Team {
  const hsaId = demoUnit(region, role)
  const known = teams.get(hsaId)
  if (known) return known
  const unit = demoDirectory.units.find((each) => each.hsaId === hsaId)
  if (!unit) throw new RangeError(`There is no unit ${hsaId}`)
  const [doctorTitle, nurseTitle] = TITLES[role] ?? ['specialistläkare', 'sjuksköterska']
  const team: Team = {
    unit,
    doctors: colleaguesOf(unit, 'doctor', doctorTitle, 3),
    nurses: colleaguesOf(unit, 'nurse', nurseTitle, 3),
  }
  teams.set(hsaId, team)
  return team
}

const TITLES: Partial<Record<UnitRole, readonly [doctor: string, nurse: string]>> = {
  emergency: ['akutläkare', 'sjuksköterska'],
  healthCentre: ['distriktsläkare', 'distriktssköterska'],
  secondHealthCentre: ['distriktsläkare', 'distriktssköterska'],
  privateHealthCentre: ['distriktsläkare', 'distriktssköterska'],
  maternityWard: ['obstetriker', 'barnmorska'],
  midwifeClinic: ['obstetriker', 'barnmorska'],
  psychiatryClinic: ['psykiater', 'psykolog'],
  addictionClinic: ['beroendeläkare', 'sjuksköterska'],
  orthopaedicWard: ['ortoped', 'sjuksköterska'],
  orthopaedicClinic: ['ortoped', 'fysioterapeut'],
  childrenClinic: ['barnläkare', 'barnsjuksköterska'],
  oncologyClinic: ['onkolog', 'kontaktsjuksköterska'],
  laboratory: ['överläkare', 'biomedicinsk analytiker'],
  radiology: ['radiolog', 'röntgensjuksköterska'],
  physiology: ['klinisk fysiolog', 'biomedicinsk analytiker'],
  homeCare: ['distriktsläkare', 'kommunsjuksköterska'],
}

function colleaguesOf(
  unit: CareUnit,
  profession: 'doctor' | 'nurse',
  title: string,
  count: number,
): Colleague[] {
  const own = demoDirectory.staff
    .filter((member) => member.profession === profession)
    .filter(({ commissions }) =>
      commissions.some((each) => each.unit === unit.hsaId && each.purpose === 'care'),
    )
    .map(({ hsaId, givenName, familyName, title }) => ({
      hsaId,
      name: `${givenName} ${familyName}`,
      title,
    }))
  const random = randomFrom(`${unit.hsaId} ${profession}`)
  const others = Array.from({ length: Math.max(0, count - own.length) }, (_, index) => {
    const names = GIVEN_NAMES[random.whole(2, 3)]
    const given = random.pick(random.chance(0.55) ? (names?.female ?? []) : (names?.male ?? []))
    const place = `${unit.hsaId.slice(-2)}${profession === 'doctor' ? 1 : 2}${index}`
    const hsaId = `${unit.hsaId.split('-')[0]}-P00000001${place}`
    return { hsaId, name: `${given} ${random.pick(FAMILY_NAMES)}`, title }
  })
  return [...own, ...others]
}

/** Id of an organisation's or person's resource: the last part of the HSA-id. */
export const idOf = (hsaId: string) => hsaId.slice(hsaId.indexOf('-') + 1)

/** The organisations and staff of a region, as resources. */
export function* organisationsOf(
  region: string,
): Generator<Organization | Practitioner | PractitionerRole> {
  for (const provider of demoDirectory.providers.filter((each) => each.region === region)) {
    yield organization(provider.hsaId, provider.name, unitOfProvider(provider.hsaId))
  }
  for (const unit of demoDirectory.units.filter((each) => each.region === region)) {
    const name = unit.name === unit.site ? unit.name : `${unit.name}, ${unit.site}`
    const type = KINDS[unit.kind]
    yield { ...organization(unit.hsaId, name, unit.hsaId, unit.provider), type: [{ text: type }] }
  }
  const told = new Set<string>()
  for (const { unit, role } of rolesOf(region)) {
    const { doctors, nurses } = teamAt(region, role)
    for (const person of [...doctors, ...nurses]) {
      if (!told.has(person.hsaId)) yield practitioner(person, unit)
      told.add(person.hsaId)
      yield practitionerRole(person, unit)
    }
  }
}

/** What a unit is, in words; the timeline's lanes follow from it. */
const KINDS: Readonly<Record<CareUnit['kind'], string>> = {
  ward: 'Vårdavdelning',
  outpatient: 'Mottagning',
  emergency: 'Akutmottagning',
  'primary-care': 'Vårdcentral',
  municipal: 'Kommunal hälso- och sjukvård',
  administration: 'Administration',
}

function rolesOf(region: string): { role: UnitRole; unit: string }[] {
  const roles = Object.keys(TITLES) as UnitRole[]
  const more: UnitRole[] = [
    'medicineWard',
    'surgeryWard',
    'medicineClinic',
    'surgeryClinic',
    'eyeClinic',
  ]
  return [...roles, ...more].map((role) => ({ role, unit: demoUnit(region, role) }))
}

function unitOfProvider(provider: string): string {
  return demoDirectory.units.find((unit) => unit.provider === provider)?.hsaId ?? provider
}

function organization(hsaId: string, name: string, source: string, partOf?: string): Organization {
  return {
    resourceType: 'Organization',
    id: idOf(hsaId),
    meta: { source: `${HSA}#${source}` },
    identifier: [{ system: HSA, value: hsaId }],
    active: true,
    name,
    ...(partOf ? { partOf: { reference: `Organization/${idOf(partOf)}` } } : {}),
  }
}

function practitioner({ hsaId, name, title }: Colleague, unit: string): Practitioner {
  const [given = '', ...family] = name.split(' ')
  return {
    resourceType: 'Practitioner',
    id: idOf(hsaId),
    meta: { source: `${HSA}#${unit}` },
    identifier: [{ system: HSA, value: hsaId }],
    active: true,
    name: [{ use: 'official', text: name, family: family.join(' '), given: [given] }],
    qualification: [{ code: { text: title } }],
  }
}

/** That somebody works at a unit: one for each. */
function practitionerRole({ hsaId, name, title }: Colleague, unit: string): PractitionerRole {
  return {
    resourceType: 'PractitionerRole',
    id: `${idOf(hsaId)}-${idOf(unit)}`,
    meta: { source: `${HSA}#${unit}` },
    active: true,
    practitioner: { reference: `Practitioner/${idOf(hsaId)}`, display: name },
    organization: { reference: `Organization/${idOf(unit)}` },
    code: [{ text: title }],
  }
}
