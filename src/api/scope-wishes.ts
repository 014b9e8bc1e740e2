import { parseSmartScope, type SmartScope } from '../fhir/smart-scope.ts'

const KINDS: Readonly<Record<string, string>> = {
  '*': 'allt i din journal',
  AllergyIntolerance: 'dina allergier och överkänsligheter',
  Appointment: 'dina bokade besök',
  CarePlan: 'dina vårdplaner',
  Condition: 'dina diagnoser',
  DiagnosticReport: 'dina provsvar och utlåtanden',
  DocumentReference: 'dina journalanteckningar',
  Encounter: 'dina vårdkontakter',
  Immunization: 'dina vaccinationer',
  MedicationRequest: 'dina ordinationer',
  MedicationStatement: 'dina läkemedel',
  Observation: 'dina mätvärden och provsvar',
  Patient: 'ditt namn, personnummer och dina kontaktuppgifter',
  Procedure: 'dina åtgärder och operationer',
  QuestionnaireResponse: 'dina svar på formulär',
}

/** What scopes mean, in words for the patient who is asked. A narrower wish is said to be one; none is left out. */
export function wishesOf(scopes: readonly string[]): readonly string[] {
  const clinical = scopes.flatMap((scope) => parseSmartScope(scope) ?? []).map(wishOf)
  const offline = scopes.includes('offline_access')
    ? ['fortsätta i upp till 30 dagar, också när du inte använder appen']
    : []
  const who = scopes.includes('openid') ? ['veta vem du är'] : []
  return [...new Set([...who, ...clinical, ...offline])]
}

function wishOf({ type, actions, where }: SmartScope): string {
  const kind = KINDS[type] ?? `dina uppgifter av slaget ${type}`
  const writes = actions.some((action) => action !== 'read' && action !== 'search')
  const reads = actions.some((action) => action === 'read' || action === 'search')
  const verb = writes ? (reads ? 'läsa och ändra' : 'ändra') : 'läsa'
  return `${verb} ${kind}${where.length > 0 ? ' (en del av dem)' : ''}`
}
