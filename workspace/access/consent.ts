import type { CodeableConcept, Consent, ConsentProvisionActor } from 'fhir/r4'
import type { Organisation } from './access.ts'

const LABEL = 'https://karna.se/fhir/CodeSystem/label'
const CARE_PROCESS = 'https://karna.se/fhir/NamingSystem/care-process'
const HSA_ID = 'urn:oid:1.2.752.29.4.19'

/** A care unit; the whole care provider, for an outer block; or a care process of the own provider's, for an inner one. */
export type BlockedPlace =
  | { readonly kind: 'unit' | 'provider'; readonly place: Organisation }
  | { readonly kind: 'process'; readonly name: string }

/** What a patient asks to have closed. */
export interface WantedBlock {
  readonly patient: string
  /** Against the provider's other units, or against other care providers. */
  readonly kind: 'inner-block' | 'outer-block'
  /** Whose records are closed. */
  readonly whose: BlockedPlace
  /** The time of what is closed, dates; empty: all of it. */
  readonly from: string
  readonly to: string
  readonly exemptDrugs: boolean
  readonly exemptAlerts: boolean
  /** ISO time with offset. */
  readonly at: string
}

/** A block as the law enforces it: docs/consent.md. It is the patient who asks for it, and no guardian. */
export function blockConsent(wanted: WantedBlock): Consent {
  const { kind, from, to, exemptDrugs, exemptAlerts } = wanted
  const codes = [exemptDrugs && 'exempt-drugs', exemptAlerts && 'exempt-alerts'].filter(
    (code) => code !== false,
  )
  return consent(wanted, {
    category: kind,
    law: kind === 'inner-block' ? 'Patientdatalagen 4 kap. 4 §' : 'Lag (2022:913) 2 kap. 3 §',
    provision: {
      type: 'deny',
      actor: [blockedActor(wanted.whose)],
      ...((from || to) && {
        dataPeriod: { ...(from && { start: from }), ...(to && { end: to }) },
      }),
      ...(codes.length > 0 && { code: codes.map((code) => label(code)) }),
    },
  })
}

/** What a patient agrees to. */
export interface WantedConsent {
  readonly patient: string
  /** Who may read: a care provider, a unit, or one member of staff. */
  readonly recipient: Organisation
  /** Whose records; none: all care providers'. */
  readonly sources: readonly Organisation[]
  /** The last day, a date; empty: until it is withdrawn. */
  readonly until: string
  readonly at: string
}

/** Consent to shared records (sammanhållen vård- och omsorgsdokumentation). */
export function sharedConsent(wanted: WantedConsent): Consent {
  const { recipient, sources, until } = wanted
  return consent(wanted, {
    category: 'shared-records',
    law: 'Lag (2022:913) 3 kap. 1 §',
    provision: {
      type: 'permit',
      ...(until && { period: { end: until } }),
      actor: [actor(recipient, 'recipient'), ...sources.map((each) => actor(each, 'source'))],
    },
  })
}

/** The same, withdrawn: it decides nothing from then on. */
export const withdrawn = (consent: Consent): Consent => ({ ...consent, status: 'inactive' })

function consent(
  { patient, at }: { patient: string; at: string },
  {
    category,
    law,
    provision,
  }: { category: string; law: string; provision: NonNullable<Consent['provision']> },
): Consent {
  return {
    resourceType: 'Consent',
    status: 'active',
    scope: {
      coding: [
        { system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' },
      ],
    },
    category: [label(category)],
    patient: { reference: `Patient/${patient}` },
    dateTime: at,
    performer: [{ reference: `Patient/${patient}` }],
    policyRule: { text: law },
    provision,
  }
}

const blockedActor = (whose: BlockedPlace): ConsentProvisionActor =>
  whose.kind === 'process'
    ? {
        role: label('process'),
        reference: {
          identifier: { system: CARE_PROCESS, value: whose.name },
          display: `Vårdprocessen ${whose.name}`,
        },
      }
    : actor(whose.place, whose.kind)

const label = (code: string): CodeableConcept => ({ coding: [{ system: LABEL, code }] })

const actor = ({ hsaId, name }: Organisation, role: string): ConsentProvisionActor => ({
  role: label(role),
  reference: { identifier: { system: HSA_ID, value: hsaId }, display: name },
})
