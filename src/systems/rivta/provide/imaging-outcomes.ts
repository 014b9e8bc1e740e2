import type { DiagnosticReport } from 'fhir/r4'
import type { Xml, XmlContent } from '../soap/write-xml.ts'
import { concept, core, professional, summaryHeader, time } from './message.ts'
import type { Producer } from './producer.ts'
import { contactIdOf, type Produced, type Production, personOf } from './production.ts'
import { outgoingReport } from './referral-outcomes.ts'
import { askedIn, reportsOf } from './reports.ts'

/** GetImagingOutcome 1.0: the answer in words; pictures stay where they are. */
export const IMAGING_OUTCOMES: Producer = {
  domain: 'clinicalprocess:healthcond:actoutcome',
  coreMajor: 3,
  item: 'imagingOutcome',
  result: 'own',
  items: (production) =>
    reportsOf(production, 'imaging').map((report) => toOutcome(report, production)),
}

const TYPES: Readonly<Record<string, string>> = {
  registered: 'PREL',
  partial: 'PREL',
  preliminary: 'PREL',
  amended: 'TILL',
  corrected: 'TILL',
  appended: 'TILL',
}

function toOutcome(report: DiagnosticReport, production: Production): Produced<XmlContent> {
  const out = outgoingReport(report, production)
  const { effectiveDateTime, effectivePeriod } = report
  const start = effectivePeriod?.start ?? effectiveDateTime
  const body = core('imagingOutcomeBody', [
    core('typeOfResult', TYPES[report.status] ?? 'DEF'),
    core('resultTime', time(out.authored)),
    core('resultReport', report.conclusion ?? ''),
    start === undefined
      ? undefined
      : core('imageRecording', [
          concept('examinationActivity', report.code) ??
            core('examinationActivity', core('originalText', 'Undersökning')),
          core('examinationTimePeriod', [
            core('start', time(start)),
            core('end', time(effectivePeriod?.end)),
          ]),
        ]),
    referralOf(report, production),
  ])
  return {
    resource: report,
    at: out.authored,
    contact: contactIdOf(report.encounter),
    content: [summaryHeader('imagingOutcomeHeader', out, production), body],
  }
}

function referralOf(report: DiagnosticReport, production: Production): Xml | undefined {
  const asked = askedIn(report, production)
  if (!asked) return undefined
  const { request, id, reason } = asked
  const author = personOf(request?.requester, production)
  const authored = request?.authoredOn ?? report.issued ?? report.effectiveDateTime ?? '1970-01-01'
  const notes = request?.note?.map(({ text }) => text) ?? []
  return core('referral', [
    core('referralId', id),
    core('referralReason', reason),
    core('anamnesis', notes.length === 0 ? undefined : notes.join('\n')),
    core('careContactId', contactIdOf(request?.encounter)),
    professional(
      'accountableHealthcareProfessional',
      { resource: request ?? report, author, authored },
      production,
    ),
  ])
}
