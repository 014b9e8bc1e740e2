/**
 * What stands beside a primitive under `_name`: its id and extensions. Both are lists where the element repeats, and
 * `null` keeps their places together. https://hl7.org/fhir/R4/json.html#primitive
 */
type Check = (value: unknown) => boolean

/** Whether `_name` fits the value that stands (or doesn't) under `name`. */
export function isExtra(isElement: Check, extra: unknown, value: unknown): boolean {
  return isElement(extra) && (value !== undefined || hasExtension(extra))
}

/** The same for an element that repeats. */
export function isExtraList(isElement: Check, extras: unknown, values: unknown): boolean {
  if (!Array.isArray(extras) || extras.length === 0) return false
  const beside: readonly unknown[] = Array.isArray(values) ? values : []
  return extras.every((extra, index) => {
    const value = beside[index] ?? undefined
    return extra === null ? value !== undefined : isExtra(isElement, extra, value)
  })
}

/** Whether a place in a list that holds `null` is made up for by what stands beside it. */
export function isFilled(extras: unknown, index: number): boolean {
  return Array.isArray(extras) && typeof extras[index] === 'object' && extras[index] !== null
}

function hasExtension(extra: unknown): boolean {
  return (extra as { readonly extension?: unknown }).extension !== undefined
}
