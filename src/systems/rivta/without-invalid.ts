import type { FhirResource } from 'fhir/r4'
import { issuesOf } from '../../fhir/validation/validate.ts'

/** More faults than this in one resource, and it's left out as a whole. */
const MOST = 10

/**
 * A resource without the elements that FHIR doesn't accept as the source has them (a period that ends before it starts): so
 * that a record isn't left out for one of them. The caller keeps beside it what the source said.
 */
export function withoutInvalid(resource: FhirResource): FhirResource {
  let kept: unknown = resource
  for (let round = 0; round < MOST; round++) {
    const [issue] = issuesOf(JSON.parse(JSON.stringify(kept)))
    const path = issue?.expression && stepsOf(issue.expression)
    if (!path || path.length === 0) break
    kept = without(kept, path) ?? {}
  }
  return kept as FhirResource
}

type Step = string | number

/** `Flag.extension[6].value.ofType(Period)` → `extension`, 6, `valuePeriod`. */
function stepsOf(expression: string): readonly Step[] {
  const [, ...names] = expression
    .replace(
      /\.ofType\((\w)(\w*)\)/g,
      (_, first: string, rest: string) => first.toUpperCase() + rest,
    )
    .split('.')
  return names.flatMap((name) => {
    const [, word = '', index] = /^(\w+)(?:\[(\d+)\])?$/.exec(name) ?? []
    return index === undefined ? [word] : [word, Number(index)]
  })
}

/** The value without what is at the path, and without what is empty then; `undefined` if nothing is left. */
function without(value: unknown, [step, ...rest]: readonly Step[]): unknown {
  if (step === undefined) return undefined
  if (Array.isArray(value)) {
    const left = value.flatMap((each: unknown, at) => {
      const item = at === step ? without(each, rest) : each
      return item === undefined ? [] : [item]
    })
    return left.length === 0 ? undefined : left
  }
  if (typeof value !== 'object' || value === null) return undefined
  const entries = Object.entries(value).flatMap(([name, each]) => {
    const item = name === step ? without(each, rest) : (each as unknown)
    return item === undefined ? [] : [[name, item] as const]
  })
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}
