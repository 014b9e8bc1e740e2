import type { Purpose } from '../../law/access.ts'
import type { CareUnit, StaffMember } from '../directory.ts'

/** Purposes of commissions: HSA's words and our own. Source: Inera, HSA, ändamål för medarbetaruppdrag. */
export const PURPOSES: ReadonlyMap<string, Purpose> = new Map([
  ['Vård och behandling', 'care'],
  ['Kvalitetssäkring', 'quality'],
  ['Administration', 'administration'],
  ['Statistik', 'statistics'],
  ['care', 'care'],
  ['care-administration', 'care-administration'],
  ['required-documentation', 'required-documentation'],
  ['quality', 'quality'],
  ['administration', 'administration'],
  ['statistics', 'statistics'],
  ['feasibility-count', 'feasibility-count'],
])

/**
 * Professions: licences to practise by their codes, and our own words for what authorization tells apart. Source:
 * Socialstyrelsen, HOSP (LK läkare, SJ sjuksköterska, BM barnmorska, US undersköterska).
 */
export const PROFESSIONS: ReadonlyMap<string, StaffMember['profession']> = new Map([
  ['LK', 'doctor'],
  ['SJ', 'nurse'],
  ['BM', 'nurse'],
  ['US', 'assistant-nurse'],
  ['doctor', 'doctor'],
  ['nurse', 'nurse'],
  ['assistant-nurse', 'assistant-nurse'],
  ['secretary', 'secretary'],
  ['administrator', 'administrator'],
  ['auditor', 'auditor'],
])

/** What a unit is, in Swedish or as our own word. */
export const UNIT_KINDS: ReadonlyMap<string, CareUnit['kind']> = new Map([
  ['Vårdavdelning', 'ward'],
  ['Mottagning', 'outpatient'],
  ['Akutmottagning', 'emergency'],
  ['Vårdcentral', 'primary-care'],
  ['Kommunal hälso- och sjukvård', 'municipal'],
  ['Administration', 'administration'],
  ['ward', 'ward'],
  ['outpatient', 'outpatient'],
  ['emergency', 'emergency'],
  ['primary-care', 'primary-care'],
  ['municipal', 'municipal'],
  ['administration', 'administration'],
])
