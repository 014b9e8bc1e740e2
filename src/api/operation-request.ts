import type { Parameters, ParametersParameter } from 'fhir/r4'
import { parseJson } from '../fhir/json/parse.ts'
import { Problem } from '../fhir/problem.ts'
import type { ResourceKey } from '../fhir/record-system.ts'
import { isResourceType } from '../fhir/resource-type.ts'
import { parseDateRange } from '../fhir/search/date-range.ts'
import type { Operation } from '../law/operation.ts'
import type { Asked } from './interaction.ts'

/** Operations on one patient, by their word in the address. What each takes and answers: docs/operations.md. */
type Word =
  | '$blocked'
  | '$explain'
  | '$choose-units'
  | '$state-relation'
  | '$lift-block'
  | '$open-shared'
  | '$open-emergency'
  | '$reveal'
  | '$end-decision'
  | '$hand-out'
  | '$print'

type Reader = (patient: string, given: Given) => Operation

const READERS: Readonly<Record<Word, Reader>> = {
  $print: (patient) => ({ kind: 'print', patient }),
  $blocked: (patient) => ({ kind: 'blocked', patient }),
  $explain: (patient, given) => ({ kind: 'explain', patient, resource: keyIn(given) }),
  '$choose-units': (patient) => ({ kind: 'choose-units', patient }),
  '$state-relation': (patient, given) => ({
    kind: 'state-relation',
    patient,
    reason: given.required('reason'),
  }),
  '$lift-block': (patient, given) => ({
    kind: 'lift-block',
    patient,
    ground: oneOf(given.required('ground'), ['consent', 'indispensable']),
    reason: given.required('reason'),
    targets: given.parts('block').map((part) => ({
      unit: part.optional('unit'),
      process: part.optional('process'),
    })),
    from: timeIn(given.optional('start'), 'lo'),
    to: timeIn(given.optional('end'), 'hi'),
  }),
  '$open-shared': (patient, given) => ({
    ...opening(patient, given),
    ground: oneOf(given.required('ground'), ['consent', 'incapacity']),
  }),
  '$open-emergency': (patient, given) => ({ ...opening(patient, given), ground: 'emergency' }),
  $reveal: (patient, given) => ({ kind: 'reveal', patient, reason: given.required('reason') }),
  '$end-decision': (patient, given) => ({
    kind: 'end',
    patient,
    decision: given.required('decision'),
  }),
  '$hand-out': (patient, given) => ({
    kind: 'hand-out',
    patient,
    resources: given.all('resource').map(keyOf),
    recipient: given.required('recipient'),
    reason: given.required('reason'),
  }),
}

/** Those that change nothing may be asked with GET. */
const READS: ReadonlySet<string> = new Set<Word>(['$blocked', '$explain'])

/** The words of the operations on a patient, for the CapabilityStatement. */
export const OPERATIONS: readonly string[] = Object.keys(READERS)

/**
 * Reads `Patient/17/$word`. https://hl7.org/fhir/R4/operations.html
 * @throws Problem `not-supported` for a word that isn't one of ours, `required` and `invalid` for what it is given
 */
export function operationIn(asked: Asked, { type, id }: ResourceKey, word: string): Operation {
  const reader = Object.hasOwn(READERS, word) ? READERS[word as Word] : undefined
  const isAllowed = asked.method === 'POST' || (asked.method === 'GET' && READS.has(word))
  if (!reader || type !== 'Patient' || !isAllowed) {
    throw new Problem('not-supported', 'There is no such operation')
  }
  return reader(id, givenIn(asked))
}

/** What an operation is given: from a Parameters, or for a GET from the address. */
interface Given {
  required(name: string): string
  optional(name: string): string | undefined
  all(name: string): readonly string[]
  parts(name: string): readonly Given[]
}

function givenIn({ method, query, body }: Asked): Given {
  if (method === 'GET') {
    const named = [...new URLSearchParams(query)].filter(([name]) => name !== '_format')
    return given(named.map(([name, valueString]) => ({ name, valueString })))
  }
  if (!body || body.length === 0) return given([])
  const parameters = parseJson(body).value as unknown as Parameters
  if (parameters.resourceType !== 'Parameters' || !isList(parameters.parameter ?? [])) {
    throw new Problem('invalid', 'An operation is given a Parameters', { expression: 'Parameters' })
  }
  return given(parameters.parameter ?? [])
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)

function given(list: readonly ParametersParameter[]): Given {
  const all = (name: string) =>
    list.filter((each) => each.name === name).flatMap((each) => textIn(each) ?? [])
  const optional = (name: string) => {
    const [only, second] = all(name)
    if (second !== undefined) throw new Problem('invalid', `${name} is given twice`)
    return only
  }
  return {
    all,
    optional,
    required(name) {
      const value = optional(name)
      if (value === undefined) throw new Problem('required', `The operation needs ${name}`)
      return value
    },
    parts: (name) => list.filter((each) => each.name === name).map(({ part = [] }) => given(part)),
  }
}

function textIn(each: ParametersParameter): string | undefined {
  const value = each.valueString ?? each.valueCode ?? each.valueId ?? each.valueDateTime
  return typeof value === 'string' ? value : undefined
}

function opening(patient: string, parameters: Given) {
  return {
    kind: 'open-shared' as const,
    patient,
    reason: parameters.optional('reason') ?? '',
    providers: parameters.all('provider'),
    affirmed: parameters.all('affirm'),
  }
}

function oneOf<Value extends string>(text: string, values: readonly Value[]): Value {
  const found = values.find((value) => value === text)
  if (found !== undefined) return found
  throw new Problem('value', `It is one of ${values.join(', ')}`)
}

function timeIn(text: string | undefined, end: 'lo' | 'hi'): number | undefined {
  if (text === undefined) return undefined
  const range = parseDateRange(text)
  if (!range) throw new Problem('invalid', 'That is no date')
  return range[end]
}

/** `Observation/17`. */
function keyIn(parameters: Given): ResourceKey | undefined {
  const text = parameters.optional('resource')
  return text === undefined ? undefined : keyOf(text)
}

function keyOf(text: string): ResourceKey {
  const [type = '', id = '', more] = text.split('/')
  if (isResourceType(type) && /^[A-Za-z0-9\-.]{1,64}$/.test(id) && more === undefined) {
    return { type, id }
  }
  throw new Problem('invalid', 'A resource is named as Observation/17')
}
