import type { DiagnosticReport } from 'fhir/r4'
import type { Xml, XmlContent } from '../soap/write-xml.ts'
import { changed, core, professional, summaryHeader, time } from './message.ts'
import type { Producer } from './producer.ts'
import {
  contactIdOf,
  type Outgoing,
  type Produced,
  type Production,
  personOf,
} from './production.ts'
import { askedIn, reportsOf } from './reports.ts'

/** GetReferralOutcome 3.2. */
export const REFERRAL_OUTCOMES: Producer = {
  domain: 'clinicalprocess:healthcond:actoutcome',
  item: 'referralOutcome',
  result: 'own',
  items: (production) =>
    reportsOf(production, 'referral').map((report) => toOutcome(report, production)),
}

/** What the header of a report says, of imaging too. */
export function outgoingReport(report: DiagnosticReport, production: Production): Outgoing {
  const at = report.issued ?? report.effectiveDateTime ?? changed(report)
  const [interpreter] = report.resultsInterpreter ?? []
  const [performer = interpreter] = report.performer ?? []
  return {
    resource: report,
    author: personOf(performer, production),
    authored: at,
    documentTime: at,
    title: report.code.text ?? report.code.coding?.[0]?.display,
    encounter: report.encounter,
    nullified: report.status === 'entered-in-error',
    signed: interpreter && { time: at, by: personOf(interpreter, production) },
  }
}

function toOutcome(report: DiagnosticReport, production: Production): Produced<XmlContent> {
  const out = outgoingReport(report, production)
  const isFinal = ['final', 'amended', 'corrected', 'appended'].includes(report.status)
  const body = core('referralOutcomeBody', [
    core('referralOutcomeTypeCode', isFinal ? 'SS' : 'SR'),
    core('referralOutcomeTitle', out.title),
    core('referralOutcomeText', report.conclusion ?? ''),
    referralOf(report, out, production),
  ])
  return {
    resource: report,
    at: out.authored,
    contact: contactIdOf(report.encounter),
    content: [summaryHeader('referralOutcomeHeader', out, production), body],
  }
}

/** The contract must have one; what isn't known of it is left empty. */
function referralOf(
  report: DiagnosticReport,
  out: Outgoing,
  production: Production,
): Xml | undefined {
  const asked = askedIn(report, production)
  const request = asked?.request
  const author = personOf(request?.requester, production)
  const authored = request?.authoredOn ?? out.authored
  return core('referral', [
    core('referralId', asked?.id ?? report.id),
    core('referralReason', asked?.reason ?? ''),
    core('referralTime', time(request?.authoredOn)),
    professional('referralAuthor', { resource: request ?? report, author, authored }, production),
    core('careContactId', contactIdOf(request?.encounter)),
  ])
}
