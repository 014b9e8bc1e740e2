import type { FhirResource } from 'fhir/r4'
import { type Chart, later, visit } from '../chart.ts'
import { note } from '../records/notes.ts'
import type { Course } from './course.ts'

/** The patient has died: it is established and noted, and what was planned is called off. */
export const death: Course = (chart) => {
  const { random, person, now } = chart
  const at = visit(chart, {
    unit: chart.centre,
    day: now.day,
    at: 8 * 60 + 5 * random.whole(0, 12),
    kind: 'HH',
    type: 'Konstaterande av dödsfall',
    length: 30,
  })
  const kin = person.kin ? `${person.kin.name} (${person.kin.relation})` : 'Närstående'
  note(
    at,
    'Anteckning vid dödsfall',
    [
      [
        'Händelseförlopp',
        random.pick([
          'Fridfullt insomnad i hemmet under natten. Döden var väntad, brytpunktssamtal hölls förra månaden.',
          'Påträffad avliden i sin säng i morse av hemtjänsten. Successivt försämrad de senaste veckorna.',
          'Avled på boendet i närvaro av närstående, efter några dagars palliativ vård.',
        ]),
      ],
      [
        'Status',
        'Inga andningsljud eller hjärttoner. Ljusstela, vida pupiller. Indirekta dödskriterier uppfyllda. Inga yttre skador. Ingen pacemaker.',
      ],
      ['Information', `${kin} är underrättad.`],
      [
        'Planering',
        'Dödsbevis utfärdat och sänt till Skatteverket. Dödsorsaksintyg skickas till Socialstyrelsen inom tre veckor. Läkemedel avslutade och tider avbokade.',
      ],
    ],
    { at: later(at.at, 40) },
  )
  callOff(chart)
}

/** Nothing goes on, is asked for or is booked after a death. */
export function callOff({ resources }: Chart): void {
  for (const [index, resource] of resources.entries()) resources[index] = ended(resource)
}

const WHY = { text: 'Patienten har avlidit' }

function ended(resource: FhirResource): FhirResource {
  switch (resource.resourceType) {
    case 'MedicationRequest': {
      const goesOn = resource.status === 'active' || resource.status === 'on-hold'
      return goesOn ? { ...resource, status: 'stopped', statusReason: WHY } : resource
    }
    case 'Appointment':
      return resource.status === 'booked'
        ? { ...resource, status: 'cancelled', cancelationReason: WHY }
        : resource
    case 'Task':
      return resource.status === 'requested'
        ? { ...resource, status: 'cancelled', statusReason: WHY }
        : resource
    case 'ServiceRequest':
      return resource.status === 'active' ? { ...resource, status: 'revoked' } : resource
    default:
      return resource
  }
}
