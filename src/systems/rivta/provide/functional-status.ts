import type { Condition, Observation, ObservationComponent } from 'fhir/r4'
import type { Xml, XmlContent } from '../soap/write-xml.ts'
import { isFunctional, isTakenBack } from './diagnoses.ts'
import { valueText } from './laboratory-3.ts'
import { changed, concept, core, summaryHeader } from './message.ts'
import type { Producer } from './producer.ts'
import {
  contactIdOf,
  type Outgoing,
  type Produced,
  type Production,
  personOf,
} from './production.ts'

/** GetFunctionalStatus 2.0: impairments by ICF, and what a person manages by themselves (PADL). */
export const FUNCTIONAL_STATUS: Producer = {
  domain: 'clinicalprocess:healthcond:description',
  item: 'functionalStatusAssessment',
  result: 'own',
  items: (production) => [
    ...production
      .of('Condition')
      .filter(isFunctional)
      .map((each) => fromCondition(each, production)),
    ...production
      .of('Observation')
      .filter(isDailyLiving)
      .map((each) => fromObservation(each, production)),
  ],
}

function isDailyLiving({ code }: Observation): boolean {
  return code.coding?.some((each) => each.code === 'pad-pad') ?? false
}

function fromCondition(condition: Condition, production: Production): Produced<XmlContent> {
  const authored = condition.recordedDate ?? condition.onsetDateTime ?? changed(condition)
  const out: Outgoing = {
    resource: condition,
    author: personOf(condition.recorder, production),
    authored,
    encounter: condition.encounter,
    nullified: isTakenBack(condition),
  }
  const body = [
    core('assessmentCategory', 'fun-fun'),
    core('disability', [
      concept('disabilityAssessment', condition.code),
      core('comment', joined(condition.note)),
    ]),
  ]
  return produced(out, body, production)
}

function fromObservation(observation: Observation, production: Production): Produced<XmlContent> {
  const at = observation.effectiveDateTime ?? observation.issued ?? changed(observation)
  const out: Outgoing = {
    resource: observation,
    author: personOf(observation.performer?.[0], production),
    authored: at,
    documentTime: at,
    encounter: observation.encounter,
    nullified: observation.status === 'entered-in-error',
  }
  const body = [
    core('assessmentCategory', 'pad-pad'),
    core('comment', joined(observation.note)),
    observation.component?.map(toPadl),
  ]
  return produced(out, body, production)
}

function toPadl(component: ObservationComponent): Xml | undefined {
  return core('padl', [
    concept('typeOfAssessment', component.code),
    core('assessment', valueText(component) ?? ''),
  ])
}

function joined(note: readonly { text: string }[] = []): string | undefined {
  return note.length === 0 ? undefined : note.map(({ text }) => text).join('\n')
}

function produced(out: Outgoing, body: XmlContent, production: Production): Produced<XmlContent> {
  return {
    resource: out.resource,
    at: out.authored,
    contact: contactIdOf(out.encounter),
    content: [
      summaryHeader('functionalStatusAssessmentHeader', out, production),
      core('functionalStatusAssessmentBody', body),
    ],
  }
}
