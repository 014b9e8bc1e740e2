import type { AllergyIntolerance, CodeableConcept, Flag } from 'fhir/r4'
import type { Xml, XmlContent } from '../soap/write-xml.ts'
import { changed, concept, conceptFields, core, day, summaryHeader, time } from './message.ts'
import type { Producer } from './producer.ts'
import {
  contactIdOf,
  type Outgoing,
  type Produced,
  type Production,
  personOf,
} from './production.ts'

/** GetAlertInformation 2.0: allergies as hypersensitivity, flags by their kind. */
export const ALERTS: Producer = {
  domain: 'clinicalprocess:healthcond:description',
  item: 'alertInformation',
  result: 'own',
  items: (production) => [
    ...production.of('AllergyIntolerance').map((each) => fromAllergy(each, production)),
    ...production.of('Flag').map((each) => fromFlag(each, production)),
  ],
}

function fromAllergy(allergy: AllergyIntolerance, production: Production): Produced<XmlContent> {
  const { encounter, code, note = [], onsetDateTime } = allergy
  const authored = allergy.recordedDate ?? onsetDateTime ?? changed(allergy)
  const out: Outgoing = {
    resource: allergy,
    author: personOf(allergy.recorder ?? allergy.asserter, production),
    authored,
    encounter,
    nullified: hasCode(allergy.verificationStatus, 'entered-in-error'),
  }
  const isObsolete =
    hasCode(allergy.clinicalStatus, 'inactive') || hasCode(allergy.clinicalStatus, 'resolved')
  const isDrug = allergy.category?.includes('medication') ?? false
  const body = core('alertInformationBody', [
    core('typeOfAlertInformation', core('originalText', 'Överkänslighet')),
    core('ascertainedDate', day(onsetDateTime)),
    core(
      'verifiedTime',
      hasCode(allergy.verificationStatus, 'confirmed') ? time(authored) : undefined,
    ),
    core('validityTimePeriod', [core('start', time(onsetDateTime ?? authored))]),
    core('alertInformationComment', commentOf(allergy, note)),
    core('obsoleteTime', isObsolete ? time(allergy.lastOccurrence ?? changed(allergy)) : undefined),
    core('hypersensitivity', [
      core('degreeOfSeverity', severityOf(allergy)),
      core('degreeOfCertainty', certaintyOf(allergy)),
      isDrug ? toDrug(code) : toOther(code),
    ]),
  ])
  return {
    resource: allergy,
    at: authored,
    contact: contactIdOf(encounter),
    content: [summaryHeader('alertInformationHeader', out, production), body],
  }
}

function hasCode(status: CodeableConcept | undefined, code: string): boolean {
  return status?.coding?.some((each) => each.code === code) ?? false
}

/** What the reaction was, which the contract has no field for, and what else is noted. */
function commentOf(
  { reaction = [] }: AllergyIntolerance,
  note: readonly { text: string }[],
): string | undefined {
  const reactions = reaction.flatMap(({ manifestation, description }) => [
    ...manifestation.flatMap(({ text, coding }) => text ?? coding?.[0]?.display ?? []),
    ...(description === undefined ? [] : [description]),
  ])
  const words = reactions.length === 0 ? [] : [`Reaktion: ${reactions.join(', ')}`]
  const texts = [...words, ...note.map(({ text }) => text)]
  return texts.length === 0 ? undefined : texts.join('\n')
}

function severityOf({ criticality }: AllergyIntolerance): XmlContent {
  return criticality === 'high' ? [core('originalText', 'Livshotande')] : undefined
}

function certaintyOf({ verificationStatus }: AllergyIntolerance): XmlContent {
  const word = hasCode(verificationStatus, 'confirmed')
    ? 'Bekräftad'
    : hasCode(verificationStatus, 'unconfirmed')
      ? 'Misstänkt'
      : undefined
  return word === undefined ? undefined : [core('originalText', word)]
}

function toDrug(code: CodeableConcept | undefined): Xml | undefined {
  const isAtc = code?.coding?.some(({ system }) => system === 'http://www.whocc.no/atc')
  return core('pharmaceuticalHypersensitivity', [
    isAtc ? core('atcSubstance', conceptFields(code)) : undefined,
    isAtc ? undefined : core('nonATCSubstance', wordsOf(code)),
  ])
}

function toOther(code: CodeableConcept | undefined): Xml | undefined {
  const isCoded = code?.coding?.some((each) => each.code !== undefined)
  return core('otherHypersensitivity', [
    isCoded ? undefined : core('hypersensitivityAgent', wordsOf(code)),
    isCoded ? concept('hypersensitivityAgentCode', code) : undefined,
  ])
}

function wordsOf(code: CodeableConcept | undefined): string | undefined {
  return code?.text ?? code?.coding?.[0]?.display ?? code?.coding?.[0]?.code
}

function fromFlag(flag: Flag, production: Production): Produced<XmlContent> {
  const { encounter, code, category, period } = flag
  const at = period?.start ?? changed(flag)
  const out: Outgoing = {
    resource: flag,
    author: personOf(flag.author, production),
    authored: at,
    encounter,
    nullified: flag.status === 'entered-in-error',
  }
  const [kind] = category ?? []
  const kindFields = conceptFields(kind) ?? [core('originalText', 'Uppmärksamhetsinformation')]
  const body = core('alertInformationBody', [
    core('typeOfAlertInformation', kindFields),
    core('validityTimePeriod', [core('start', time(at)), core('end', time(period?.end))]),
    core(
      'obsoleteTime',
      flag.status === 'inactive' ? time(period?.end ?? changed(flag)) : undefined,
    ),
    contentOf(code, wordsOf(kind) ?? ''),
  ])
  return {
    resource: flag,
    at,
    contact: contactIdOf(encounter),
    content: [summaryHeader('alertInformationHeader', out, production), body],
  }
}

/** By what kind of alert it is: the contract has a field for each, and one for all others. */
function contentOf(code: CodeableConcept, kind: string): Xml | undefined {
  const words = wordsOf(code) ?? 'Utan innehåll'
  if (/smitt/i.test(kind)) {
    return core('communicableDisease', core('communicableDiseaseCode', conceptFields(code)))
  }
  if (/begränsning/i.test(words)) {
    return core('restrictionOfCare', core('restrictionOfCareComment', words))
  }
  if (/behandling/i.test(kind)) {
    return core('treatment', [
      core('treatmentDescription', words),
      code.coding?.some((each) => each.code) ? concept('treatmentCode', code) : undefined,
    ])
  }
  return core('unstructuredAlertInformation', [
    core('unstructuredAlertInformationHeading', kind || words),
    core('unstructuredAlertInformationContent', words),
  ])
}
