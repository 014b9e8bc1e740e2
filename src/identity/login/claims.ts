import { parsePersonalNumber } from '../../fhir/personal-number.ts'
import type { Purpose, Role } from '../../law/access.ts'
import { type Directory, PROTECTED_NAME } from '../directory.ts'
import type { Subject } from './logins.ts'

/** What an identity provider's verified ID token says. */
export type Claims = Readonly<Record<string, unknown>>

/** Who it is, or why not: in Swedish, since the person reads it. */
export type Recognised = { readonly who: Subject } | { readonly refused: string }

/** Levels of assurance that are strong authentication. Source: HSLF-FS 2016:40 3 kap. 15 §; Sambi, tillitsnivåer. */
const STRONG = new Set(['http://id.sambi.se/loa/loa3', 'http://id.sambi.se/loa/loa4'])

/** Levels of a person's own eID (BankID, Freja eID+). Source: Digg, tillitsnivåer för svensk e-legitimation. */
const STRONG_FOR_PERSONS = new Set([
  ...STRONG,
  'http://id.elegnamnden.se/loa/1.0/loa3',
  'http://id.swedenconnect.se/loa/1.0/uncertified-loa3',
])

/** Source: Inera, HSA, ändamål för medarbetaruppdrag. Other purposes open no record. */
const PURPOSES: Readonly<Record<string, Purpose>> = {
  'Vård och behandling': 'care',
  Kvalitetssäkring: 'quality',
  Administration: 'administration',
  Statistik: 'statistics',
}

/** Licences to practise (legitimation) that authorization depends on. Source: Socialstyrelsen, HOSP. */
const LICENCES: Readonly<Record<string, Role>> = { LK: 'doctor', SJ: 'nurse', BM: 'nurse' }

const HSA_ID = /^SE\d{10}-[A-Z0-9]{1,25}$/

/**
 * A member of staff from the claims that Inera's identity provider gives: in one commission, at one care unit that the
 * directory knows as that care provider's. Source: Inera IdP, attribut.
 */
export function recogniseStaff(claims: Claims, directory: Directory): Recognised {
  if (!STRONG.has(text(claims.acr))) {
    return {
      refused:
        'Inloggningen är inte tillräckligt stark. Logga in med SITHS eller annan e-legitimation på tillitsnivå 3.',
    }
  }
  const user = text(claims.employeeHsaId)
  const commission = text(claims.commissionHsaId)
  if (!HSA_ID.test(user)) return missing('ditt HSA-id')
  if (!HSA_ID.test(commission)) return missing('ditt medarbetaruppdrag')
  const purpose = PURPOSES[text(claims.commissionPurpose)]
  if (!purpose) return { refused: 'Uppdragets ändamål ger inte behörighet till journaler.' }
  const hidden = directory.staff.find(({ hsaId }) => hsaId === user)?.protectedPerson
  const userName = hidden
    ? PROTECTED_NAME
    : `${text(claims.given_name)} ${text(claims.family_name)}`
  if (!text(claims.given_name) || !text(claims.family_name)) return missing('ditt namn')
  const unit = directory.units.find(({ hsaId }) => hsaId === text(claims.healthCareUnitHsaId))
  if (!unit) return { refused: 'Uppdragets vårdenhet finns inte här.' }
  if (unit.provider !== text(claims.healthCareProviderHsaId)) {
    return { refused: 'Uppdragets vårdenhet hör inte till vårdgivaren som angavs.' }
  }
  if (!holds(directory, user, commission, unit.hsaId)) {
    return { refused: 'Uppdraget finns inte i katalogen, eller är inte ditt.' }
  }
  const { region, hsaId, provider } = unit
  const role = roleOf(claims, directory, user)
  const subject = { region, user, userName, commission, unit: hsaId, provider, purpose, role }
  const process = processOf(directory, user, commission)
  return {
    who: { kind: 'staff', subject: { ...subject, ...(process !== undefined && { process }) } },
  }
}

/** A patient from a personal eID: the personal number and the name. */
export function recognisePatient(claims: Claims): Recognised {
  if (!STRONG_FOR_PERSONS.has(text(claims.acr))) {
    return {
      refused: 'Inloggningen är inte tillräckligt stark. Logga in med BankID eller Freja eID+.',
    }
  }
  const personalNumber = numberIn(text(claims.personalIdentityNumber))
  if (!personalNumber) return missing('ditt personnummer')
  const name = text(claims.name) || `${text(claims.given_name)} ${text(claims.family_name)}`.trim()
  return name
    ? { who: { kind: 'patient', subject: { personalNumber, name } } }
    : missing('ditt namn')
}

/** As the directory says; else by licence; else the one that is trusted with least. */
function roleOf(
  { healthcareProfessionalLicense: licences }: Claims,
  { staff }: Directory,
  user: string,
): Role {
  const known = staff.find(({ hsaId }) => hsaId === user)?.profession
  const licensed = (Array.isArray(licences) ? licences : []).map((code) => LICENCES[text(code)])
  return known ?? licensed.find((role) => role !== undefined) ?? 'assistant-nurse'
}

/** A care process is the care provider's own word, so no claim has it. */
const processOf = ({ staff }: Directory, user: string, commission: string) =>
  staff.find(({ hsaId }) => hsaId === user)?.commissions.find(({ hsaId }) => hsaId === commission)
    ?.process

const text = (value: unknown) => (typeof value === 'string' ? value : '')

const missing = (what: string): Recognised => ({
  refused: `Inloggningstjänsten uppgav inte ${what}. Försök igen, och kontakta supporten om det händer på nytt.`,
})

/** A person whom the directory knows must hold the commission there too: a claim can't widen it. */
function holds({ staff }: Directory, user: string, commission: string, unit: string): boolean {
  const member = staff.find(({ hsaId }) => hsaId === user)
  const holder = staff.find(({ commissions }) =>
    commissions.some(({ hsaId }) => hsaId === commission),
  )
  if (!member) return holder === undefined
  return member.commissions.some((each) => each.hsaId === commission && each.unit === unit)
}

function numberIn(written: string): string | undefined {
  try {
    return parsePersonalNumber(written)
  } catch {
    return undefined
  }
}
