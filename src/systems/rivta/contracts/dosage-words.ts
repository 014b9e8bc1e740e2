import type { Fields } from '../mapping/fields.ts'
import { toDateTime } from '../mapping/time.ts'
import { present } from '../mapping/values.ts'

/** One time at which something is taken, each part in the source's words. */
export interface Occasion {
  readonly period: string | undefined
  readonly day: string | undefined
  readonly time: string | undefined
  readonly dose: string | undefined
}

/**
 * SetDosageType and its kin in words: each number and unit exactly as it was sent, joined by the fewest words that say how
 * they belong together. `undefined` for a dosage that says nothing.
 */
export function describeDosage(dosage: Fields, occasions: Occasion[] = []): string | undefined {
  const parts = present([
    ...dosage.groups('frequencyDosage').map(frequencyWords),
    ...dosage.groups('periodDosage').map(periodWords),
    ...dosage.groups('occasionDosage').map((each) => occasionWords(each, occasions)),
    ...dosage.groups('rampedDosage').map(rampWords),
    ...dosage.groups('singleDose').map(singleWords),
    ...dosage.groups('unstructuredDosageInformation').map((each) => each.text('text')),
  ])
  return parts.length === 0 ? undefined : parts.join('; ')
}

function frequencyWords(fields: Fields): string | undefined {
  return joined(', ', interval(fields.group('dose')), measure(fields.group('frequency')))
}

function periodWords(fields: Fields): string | undefined {
  const period = measure(fields.group('period'))
  return joined(' ', interval(fields.group('dose')), period && `var ${period}`)
}

function occasionWords(fields: Fields, found: Occasion[]): string | undefined {
  const period = measure(fields.group('period'))
  const words = fields.groups('administration').map((each) => {
    const day = each.text('dayOfPeriod')?.trim()
    const time = each.text('time')
    const dose = interval(each.group('dose'))
    found.push({ period, day, time, dose })
    return joined(' ', dose, time && `kl ${time}`, day && `dag ${day}`)
  })
  return joined(': ', period && `Under ${period}`, joined(', ', ...words))
}

function rampWords(fields: Fields): string | undefined {
  const end = (name: string) => {
    const point = fields.group(name)
    return point && describeDosage(point)
  }
  const from = end('rampStart')
  const to = end('rampEnd')
  const step = measure(fields.group('doseStep'))
  const pace = measure(fields.group('timeStep'))
  return joined(
    ' ',
    from && `från ${from}`,
    to && `till ${to}`,
    step && `med ${step} i taget`,
    pace && `var ${pace}`,
  )
}

function singleWords(fields: Fields): string | undefined {
  const time = fields.value('time', toDateTime)
  return joined(' ', interval(fields.group('dose')), 'en gång', time)
}

/** PQIntervalType: `1–2 tablett`, or one number where both are the same or one is missing. */
function interval(fields: Fields | undefined): string | undefined {
  const low = fields?.text('low')?.trim()
  const high = fields?.text('high')?.trim()
  const ends = [...new Set(present([low, high]))].join('–')
  return joined(' ', ends || undefined, fields?.text('unit'))
}

/** PQType. */
function measure(fields: Fields | undefined): string | undefined {
  return joined(' ', fields?.text('value')?.trim(), fields?.text('unit'))
}

function joined(between: string, ...words: readonly (string | undefined)[]): string | undefined {
  const there = present(words)
  return there.length === 0 ? undefined : there.join(between)
}
