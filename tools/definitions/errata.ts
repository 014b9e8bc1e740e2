/**
 * Where HL7's own published R4 examples contradict R4's own definitions. Servers and clients are tested with those
 * examples, so what they do is taken too, and nothing beyond it. A line replaces the element's line of the table.
 * See docs/decisions/0012-what-the-examples-do-is-valid.md
 */
export const ERRATA: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // DeviceMetric/example is part of DeviceDefinition/dc102.
  DeviceMetric: { parent: '0..1 Reference(Device,DeviceDefinition) ^' },
  // DeviceUseStatement/example is for Procedure/example.
  DeviceUseStatement: {
    reasonReference:
      '0..* Reference(Condition,Observation,DiagnosticReport,DocumentReference,Media,Procedure)',
  },
  // MedicationRequest/medrx0301 is to be dispensed by Practitioner/f001.
  'MedicationRequest.dispenseRequest': { performer: '0..1 Reference(Organization,Practitioner)' },
  // Observation/clinical-gender was made at Encounter/example.
  Observation: {
    performer:
      '0..* Reference(Practitioner,PractitionerRole,Organization,CareTeam,Patient,RelatedPerson,Encounter) ^',
  },
  // Display items of Questionnaire/qs1 have no linkId; an invariant demands it of every other item.
  'Questionnaire.item': { linkId: '0..1 string' },
}
