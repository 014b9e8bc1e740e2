import type { DiagnosticReport, Observation, Reference, ServiceRequest } from 'fhir/r4'
import type { Production } from './production.ts'

/** Which contract answers with a report. */
export type ReportKind = 'laboratory' | 'imaging' | 'referral'

/** http://terminology.hl7.org/CodeSystem/v2-0074, and KV Informationstyp. Anything else is an answer to a referral. */
const IMAGING = new Set([
  'RAD',
  'CUS',
  'CT',
  'NMR',
  'RUS',
  'VUS',
  'XRC',
  'NMS',
  'OUS',
  'und-bdi-ure',
])
const LABORATORY = new Set(['LAB', 'CH', 'HM', 'MB', 'MCB', 'VR', 'SR', 'TX', 'BLB', 'und-kkm-ure'])

/** By its category; a report with analyses in it is the laboratory's. */
export function kindOf(report: DiagnosticReport): ReportKind {
  const codes = (report.category ?? []).flatMap(({ coding }) => coding ?? [])
  if (codes.some(({ code }) => IMAGING.has(code ?? ''))) return 'imaging'
  if (codes.some(({ code }) => LABORATORY.has(code ?? ''))) return 'laboratory'
  return (report.result ?? []).length > 0 && report.conclusion === undefined
    ? 'laboratory'
    : 'referral'
}

/** The reports of a kind. */
export function reportsOf(
  production: Pick<Production, 'of'>,
  kind: ReportKind,
): readonly DiagnosticReport[] {
  return production.of('DiagnosticReport').filter((report) => kindOf(report) === kind)
}

/** An answer of the laboratory: a report with its analyses, or an analysis by itself. */
export interface LaboratoryAnswer {
  readonly resource: DiagnosticReport | Observation
  readonly report: DiagnosticReport | undefined
  readonly analyses: readonly Observation[]
}

/** Every analysis once: with its report, or by itself where no report names it. */
export function laboratoryAnswers(production: Pick<Production, 'of'>): readonly LaboratoryAnswer[] {
  const analyses = production.of('Observation').filter(isLaboratory)
  const byName = new Map(analyses.map((each) => [`Observation/${each.id}`, each]))
  const reported = new Set<string>()
  const reports = reportsOf(production, 'laboratory').map((report) => {
    const names = (report.result ?? []).flatMap(({ reference }) => reference ?? [])
    for (const name of names) reported.add(name)
    return {
      resource: report,
      report,
      analyses: names.flatMap((name) => byName.get(name) ?? []),
    }
  })
  const alone = [...byName].filter(([name]) => !reported.has(name))
  return [
    ...reports,
    ...alone.map(([, analysis]) => ({
      resource: analysis,
      report: undefined,
      analyses: [analysis],
    })),
  ]
}

/** Whether it's the laboratory's analysis, and not something measured at the bedside. */
export function isLaboratory({ category = [] }: Observation): boolean {
  return category.some(({ coding }) => coding?.some(({ code }) => code === 'laboratory'))
}

/** The referral that something answers: a ServiceRequest at hand, or what the reference says of it. */
export interface Asked {
  readonly id: string
  readonly request: ServiceRequest | undefined
  readonly reason: string | undefined
}

/** What `basedOn` leads to; contained or not. */
export function askedIn(
  resource: DiagnosticReport | Observation,
  { find }: Pick<Production, 'find'>,
): Asked | undefined {
  const [reference] = resource.basedOn ?? []
  if (!reference) return undefined
  const found = find(reference.reference)
  const request =
    inside(resource, reference) ?? (found?.resourceType === 'ServiceRequest' ? found : undefined)
  const [reason] = request?.reasonCode ?? []
  const id =
    request?.identifier?.[0]?.value ??
    reference.identifier?.value ??
    reference.reference?.split('/').at(-1)?.replace('#', '')
  return {
    id: id ?? 'okänd',
    request,
    reason: reason?.text ?? reason?.coding?.[0]?.display ?? reference.display,
  }
}

function inside(
  { contained = [] }: DiagnosticReport | Observation,
  { reference }: Reference,
): ServiceRequest | undefined {
  const requests = contained.filter(
    (each): each is ServiceRequest => each.resourceType === 'ServiceRequest',
  )
  return requests.find(({ id }) => reference === `#${id}`)
}
