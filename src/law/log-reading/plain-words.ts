import type { LoggedAccess } from './logged-access.ts'

/** Kinds of information as a patient would call them, by resource type. Others are "Övriga uppgifter". */
const KINDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'Namn, adress och andra personuppgifter': 'Patient Person RelatedPerson',
    'Provsvar och mätvärden': 'Observation Specimen',
    'Svar på undersökningar': 'DiagnosticReport',
    'Röntgen och bilder': 'ImagingStudy Media',
    Diagnoser: 'Condition',
    Läkemedel:
      'Medication MedicationRequest MedicationStatement MedicationAdministration MedicationDispense',
    'Överkänslighet och varningar': 'AllergyIntolerance Flag AdverseEvent DetectedIssue',
    'Anteckningar i journalen': 'Composition DocumentReference ClinicalImpression Binary',
    'Besök, vårdtillfällen och bokningar':
      'Encounter EpisodeOfCare Appointment AppointmentResponse Schedule Slot',
    Remisser: 'ServiceRequest',
    'Åtgärder och operationer': 'Procedure',
    Vaccinationer: 'Immunization ImmunizationEvaluation ImmunizationRecommendation',
    Vårdplaner: 'CarePlan CareTeam Goal Task NutritionOrder',
    'Formulär och enkäter': 'QuestionnaireResponse',
    'Sjukdomar i släkten': 'FamilyMemberHistory',
    'Samtycken och spärrar': 'Consent',
    Meddelanden: 'Communication CommunicationRequest',
    'Loggen över vem som läst': 'AuditEvent',
  }).flatMap(([kind, types]) => types.split(' ').map((type) => [type, kind] as const)),
)

/** What kinds of information an access showed, each once. */
export function kindsOf(resources: readonly string[]): readonly string[] {
  return [
    ...new Set(
      resources.map((name) => KINDS.get(name.slice(0, name.indexOf('/'))) ?? 'Övriga uppgifter'),
    ),
  ].sort((a, b) => a.localeCompare(b, 'sv'))
}

/** As {@link kindsOf}; of an access elsewhere, in that system's own words. */
export function kindsShown(
  accesses: readonly Pick<LoggedAccess, 'resources' | 'elsewhere'>[],
): readonly string[] {
  const own = accesses.flatMap(({ resources }) => resources)
  const told = accesses.flatMap(
    ({ elsewhere }) => elsewhere?.resources.map(({ kind }) => kind) ?? [],
  )
  return [...new Set([...kindsOf(own), ...told])].sort((a, b) => a.localeCompare(b, 'sv'))
}

const DONE: Readonly<Record<string, string>> = {
  read: 'Läste',
  search: 'Läste',
  history: 'Läste tidigare versioner',
  write: 'Skrev',
  'see-blocked': 'Fick veta om det finns spärrade uppgifter',
  'lift-block': 'Hävde en spärr',
  'open-emergency': 'Öppnade journalen i en nödsituation',
  print: 'Skrev ut',
  export: 'Lämnade ut',
  destroy: 'Förstörde uppgifter',
  'read-log': 'Läste loggen över vem som läst',
  'extract-log': 'Tog fram ett loggutdrag',
  'review-log': 'Granskade vem som läst',
  'export-log': 'Lämnade ut loggen',
}

/** What was done, in a word or a few. */
export function doneOf({
  action,
  outcome,
  elsewhere,
}: Pick<LoggedAccess, 'action' | 'outcome' | 'elsewhere'>): string {
  if (outcome === 'deny') return 'Försökte läsa, men fick inte'
  if (action === 'other' && elsewhere) return elsewhere.activity
  return DONE[action] ?? 'Hanterade uppgifter'
}

const PURPOSES: Readonly<Record<string, string>> = {
  care: 'för din vård och behandling',
  'care-administration': 'för administration av din vård',
  'required-documentation': 'för dokumentation som lagen kräver',
  quality: 'för att följa upp vårdens kvalitet',
  administration: 'för uppföljning och kontroll',
  statistics: 'för statistik',
  'feasibility-count': 'för att räkna inför forskning',
}

const BASES: Readonly<Record<string, string>> = {
  relation: 'du är eller har varit patient där',
  'stated-reason': 'personen har uppgett ett skäl, som kan granskas',
  'active-choice': 'personen valde att läsa från en annan enhet',
  consent: 'du har samtyckt',
  emergency: 'det var en nödsituation',
  incapacity: 'du kunde inte själv ta ställning',
  'block-lift': 'en spärr hävdes',
}

/** Why, as far as the log knows: `För din vård och behandling; du är eller har varit patient där.` */
export function whyOf({
  by,
  basis,
  elsewhere,
}: Pick<LoggedAccess, 'by' | 'basis' | 'elsewhere'>): string {
  if (by.kind === 'patient') return 'Du själv.'
  if (by.kind === 'proxy') return 'Ditt ombud, eller din vårdnadshavare.'
  const unknown = elsewhere ? `ändamål: ${by.purpose}` : 'för ett ändamål som inte är angivet'
  const purpose = PURPOSES[by.purpose] ?? unknown
  const rest = BASES[basis?.split(':')[0] ?? '']
  const sentence = rest ? `${purpose}; ${rest}.` : `${purpose}.`
  return sentence.charAt(0).toUpperCase() + sentence.slice(1)
}
