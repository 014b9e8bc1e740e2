import type { Money, Period, Quantity, Range, SampledData, Timing } from 'fhir/r4'
import { parseDateRange } from './date-range.ts'
import type { DateEntry, NumberEntry, QuantityEntry } from './index-entries.ts'

/** Makes the date entry of one value; none for what isn't a date. https://hl7.org/fhir/R4/search.html#date */
export const writeDate = {
  primitive(entries: DateEntry[], param: string, value: string): void {
    const range = parseDateRange(value)
    if (range !== undefined) entries.push({ param, lo: range.lo, hi: range.hi })
  },

  Period: period,

  /** From the first event or bound to the last: what's scheduled within them isn't looked at, as the standard says. */
  Timing(entries: DateEntry[], param: string, timing: Timing): void {
    const found: DateEntry[] = []
    for (const event of timing.event ?? []) writeDate.primitive(found, param, event ?? '')
    const bounds = timing.repeat?.boundsPeriod
    if (bounds !== undefined) period(found, param, bounds)
    if (found.length === 0) return
    const lo = Math.min(...found.map((each) => each.lo))
    entries.push({ param, lo, hi: Math.max(...found.map((each) => each.hi)) })
  },
}

/** Makes the number entry of one value. https://hl7.org/fhir/R4/search.html#number */
export const writeNumber = {
  primitive(entries: NumberEntry[], param: string, value: number): void {
    entries.push({ param, lo: value, hi: value })
  },

  Range(entries: NumberEntry[], param: string, { low, high }: Range): void {
    if (low?.value === undefined && high?.value === undefined) return
    entries.push({ param, lo: low?.value ?? -Infinity, hi: high?.value ?? Infinity })
  },
}

/** Makes the quantity entry of one value. https://hl7.org/fhir/R4/search.html#quantity */
export const writeQuantity = {
  /** `<5` covers everything below 5, so that a search for what may be below 3 finds it. */
  Quantity(entries: QuantityEntry[], param: string, quantity: Quantity): void {
    const { value, comparator, system, code, unit } = quantity
    if (value === undefined) return
    const lo = comparator?.startsWith('<') ? -Infinity : value
    const hi = comparator?.startsWith('>') ? Infinity : value
    entries.push({ param, lo, hi, system, code, unit })
  },

  Money(entries: QuantityEntry[], param: string, { value, currency }: Money): void {
    if (value === undefined) return
    const system = currency === undefined ? undefined : 'urn:iso:std:iso:4217'
    entries.push({ param, lo: value, hi: value, system, code: currency, unit: undefined })
  },

  Range(entries: QuantityEntry[], param: string, { low, high }: Range): void {
    if (low?.value === undefined && high?.value === undefined) return
    const { system, code, unit } = { ...high, ...low }
    const lo = low?.value ?? -Infinity
    entries.push({ param, lo, hi: high?.value ?? Infinity, system, code, unit })
  },

  /** From the lowest sample to the highest; `E` (error) is left out, `L` and `U` are below and above what was measured. */
  SampledData(entries: QuantityEntry[], param: string, sampled: SampledData): void {
    const { origin, factor = 1 } = sampled
    const samples = (sampled.data ?? '').split(' ').filter((sample) => /^[-\d.LU]/.test(sample))
    if (samples.length === 0) return
    const values = samples.map((sample) => {
      if (sample === 'L') return -Infinity
      return sample === 'U' ? Infinity : (origin.value ?? 0) + factor * Number(sample)
    })
    const { system, code, unit } = origin
    const lo = values.reduce((a, b) => Math.min(a, b))
    const hi = values.reduce((a, b) => Math.max(a, b))
    entries.push({ param, lo, hi, system, code, unit })
  },
}

/** An end that is missing, or isn't a date, is open. */
function period(entries: DateEntry[], param: string, { start, end }: Period): void {
  if (start === undefined && end === undefined) return
  const lo = start === undefined ? undefined : parseDateRange(start)?.lo
  const hi = end === undefined ? undefined : parseDateRange(end)?.hi
  entries.push({ param, lo: lo ?? -Infinity, hi: hi ?? Infinity })
}
