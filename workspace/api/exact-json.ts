/** Numbers as they were written, by the object they stand in and their name. */
const written = new WeakMap<object, Record<string, string>>()

/** JSON.parse as it is in browsers now. Source: TC39 proposal-json-parse-with-source. */
type ParseWithSource = (
  text: string,
  reviver: (this: object, key: string, value: unknown, context: { source?: string }) => unknown,
) => unknown

/**
 * Reads JSON and remembers how each number was written, when that differs from how JavaScript writes it:
 * `7.0` must not be shown as 7. FHIR: "the precision of the decimal value has significance".
 */
export function parseExactly(text: string): unknown {
  return (JSON.parse as ParseWithSource)(text, function (key, value, context) {
    if (typeof value === 'number' && context.source && context.source !== String(value)) {
      const kept = written.get(this)
      if (kept) kept[key] = context.source
      else written.set(this, { [key]: context.source })
    }
    return value
  })
}

/** A number with the digits it was written with, decimal comma and a true minus sign: `7,0`, `−3`. */
export function exactText<T extends object>(holder: T, key: keyof T & string): string {
  const value = holder[key]
  if (typeof value !== 'number') return ''
  return (written.get(holder)?.[key] ?? String(value)).replace('.', ',').replace('-', '−')
}
