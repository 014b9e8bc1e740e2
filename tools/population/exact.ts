declare global {
  interface JSON {
    /** Source: TC39 proposal-json-parse-with-source, in V8. */
    rawJSON(text: string): unknown
  }
}

/**
 * A decimal that is written with just these digits: `exact(7, 1)` is `7.0`.
 * FHIR's types say `number`; this is one only when it is written as JSON.
 */
export function exact(value: number, decimals: number): number {
  return JSON.rawJSON(value.toFixed(decimals)) as number
}

/** As Swedish text shows it: `7,0`, with a true minus sign. */
export function swedish(value: number, decimals: number): string {
  return value.toFixed(decimals).replace('.', ',').replace('-', '−')
}
