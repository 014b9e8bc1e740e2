/** Some of R4's invariants: those that keep rubbish out at next to no cost. https://hl7.org/fhir/R4/conformance-rules.html */
export interface Invariant {
  /** HL7's key, such as `per-1`. */
  readonly key: string
  readonly message: string
  readonly holds: (element: Readonly<Record<string, unknown>>) => boolean
}

type Holder = Readonly<Record<string, unknown>>

const QUANTITY: readonly Invariant[] = [
  {
    key: 'qty-3',
    message: 'A unit that has a code must also have its system.',
    holds: (quantity) => quantity.code === undefined || has(quantity, 'system'),
  },
]

/** By type or part. */
export const INVARIANTS: Readonly<Record<string, readonly Invariant[]>> = {
  Extension: [
    {
      key: 'ext-1',
      message: 'An extension must have either a value or extensions of its own, not both.',
      holds: (extension) => hasValue(extension) !== (extension.extension !== undefined),
    },
  ],
  Period: [
    {
      key: 'per-1',
      message: 'A period may not end before it starts.',
      holds: (period) => !isAfter(period.start, period.end),
    },
  ],
  Quantity: QUANTITY,
  Age: QUANTITY,
  Count: QUANTITY,
  Distance: QUANTITY,
  Duration: QUANTITY,
  Range: [
    {
      key: 'rng-2',
      message: 'The low end of a range may not be above its high end.',
      holds: ({ low, high }) => !isAbove(low, high),
    },
  ],
  Attachment: [
    {
      key: 'att-1',
      message: 'An attachment with data must say its content type.',
      holds: (attachment) => attachment.data === undefined || has(attachment, 'contentType'),
    },
  ],
  ContactPoint: [
    {
      key: 'cpt-2',
      message: 'A contact point with a value must say its system.',
      holds: (point) => point.value === undefined || has(point, 'system'),
    },
  ],
  'Questionnaire.item': [
    {
      key: 'linkId 1..1',
      message: 'linkId is required of every item that is not mere display.',
      holds: (item) => item.type === 'display' || has(item, 'linkId'),
    },
  ],
  Observation: [
    {
      key: 'obs-6',
      message: 'A reason why there is no value may only be given when there is none.',
      holds: (observation) => observation.dataAbsentReason === undefined || !hasValue(observation),
    },
  ],
}

function has(element: Holder, name: string): boolean {
  return element[name] !== undefined || element[`_${name}`] !== undefined
}

/** Whether any form of `value[x]` is there. */
function hasValue(element: Holder): boolean {
  for (const name in element) {
    if (name.startsWith('value') || name.startsWith('_value')) return true
  }
  return false
}

/** Whether one time is certainly after another: what their precisions leave open is no. */
function isAfter(start: unknown, end: unknown): boolean {
  if (typeof start !== 'string' || typeof end !== 'string') return false
  if (start.length > 10 && end.length > 10) return Date.parse(start) > Date.parse(end)
  // Without a time zone on both, days next to each other may be the same moment's.
  const precision = Math.min(start.length, end.length, 10)
  if (start.length === end.length) return start > end
  return precision < 10 && start.slice(0, precision) > end.slice(0, precision)
}

/** Whether one quantity is above another of the same unit. */
function isAbove(low: unknown, high: unknown): boolean {
  const [one, other] = [amountOf(low), amountOf(high)]
  if (one === undefined || other === undefined) return false
  return one.unit === other.unit && one.value > other.value
}

function amountOf(quantity: unknown): { value: number; unit: unknown } | undefined {
  if (typeof quantity !== 'object' || quantity === null) return undefined
  const { value, unit, code = unit } = quantity as Holder
  return typeof value === 'number' ? { value, unit: code } : undefined
}
