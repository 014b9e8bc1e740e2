import type { Immunization } from 'fhir/r4'
import type { Xml, XmlContent } from '../soap/write-xml.ts'
import { changed, concept, core, day, digits, measure, orgUnit, summaryHeader } from './message.ts'
import type { Producer } from './producer.ts'
import {
  contactIdOf,
  type NamedPerson,
  type Produced,
  type Production,
  personOf,
} from './production.ts'

/** GetVaccinationHistory 2.0. What was not done isn't in it. */
export const VACCINATIONS: Producer = {
  domain: 'clinicalprocess:activityprescription:actoutcome',
  item: 'vaccinationMedicalRecord',
  result: 'own',
  items: (production) =>
    production
      .of('Immunization')
      .filter(({ status }) => status !== 'not-done')
      .map((immunization) => toRecord(immunization, production)),
}

function toRecord(immunization: Immunization, production: Production): Produced<XmlContent> {
  const { encounter, occurrenceDateTime, recorded } = immunization
  const at = occurrenceDateTime ?? recorded ?? changed(immunization)
  const [performer] = immunization.performer ?? []
  const person = personOf(performer?.actor, production)
  const out = {
    resource: immunization,
    author: person,
    authored: recorded ?? at,
    documentTime: at,
    encounter,
    nullified: immunization.status === 'entered-in-error',
  }
  const body = core('vaccinationMedicalRecordBody', [
    registrationOf(immunization, recorded ?? at, production),
    administrationOf(immunization, person, production),
  ])
  return {
    resource: immunization,
    at,
    contact: contactIdOf(encounter),
    content: [summaryHeader('vaccinationMedicalRecordHeader', out, production), body],
  }
}

function registrationOf(
  immunization: Immunization,
  at: string,
  production: Production,
): Xml | undefined {
  const giver = production.providerOf(immunization) ?? production.unitOf(immunization)
  const system = production.madeIn(immunization)
  return core('registrationRecord', [
    orgUnit('careGiverOrg', giver ?? { hsaId: 'okänd', name: 'Okänd vårdgivare' }),
    core('sourceSystemName', system),
    core('sourceSystemContact', [core('hsaid', system)]),
    core('date', day(at)),
  ])
}

function administrationOf(
  immunization: Immunization,
  person: NamedPerson | undefined,
  production: Production,
): Xml | undefined {
  const { doseQuantity, note = [], protocolApplied, vaccineCode } = immunization
  const [protocol] = protocolApplied ?? []
  const words =
    doseQuantity && [digits(doseQuantity.value), doseQuantity.unit].filter(Boolean).join(' ')
  return core('administrationRecord', [
    orgUnit('performerOrg', production.unitOf(immunization)),
    person && core('performer', [core('hsaid', person.hsaId), core('personName', person.name)]),
    concept('anatomicalSite', immunization.site),
    concept('route', immunization.route),
    words
      ? core('dose', [measure('quantity', doseQuantity), core('displayName', words)])
      : undefined,
    core('doseOrdinalNumber', protocol?.doseNumberPositiveInt),
    core('numberOfPrescribedDoses', protocol?.seriesDosesPositiveInt),
    core('sourceDescription', immunization.reportOrigin?.text),
    core(
      'commentAdministration',
      note.length === 0 ? undefined : note.map(({ text }) => text).join('\n'),
    ),
    concept('typeOfVaccine', vaccineCode),
    core('vaccineBatchId', immunization.lotNumber),
    core('vaccineManufacturer', immunization.manufacturer?.display),
    protocol?.targetDisease?.map((each) => concept('vaccineTargetDisease', each)),
  ])
}
