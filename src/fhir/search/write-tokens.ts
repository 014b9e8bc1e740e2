import type { CodeableConcept, Coding, ContactPoint, Identifier } from 'fhir/r4'
import type { TokenEntry } from './index-entries.ts'

/** Makes the token entries of one value. https://hl7.org/fhir/R4/search.html#token */
export const writeToken = {
  Coding: coding,

  /** Each coding, and the text by itself. */
  CodeableConcept(entries: TokenEntry[], param: string, value: CodeableConcept): void {
    if (value.coding !== undefined) for (const each of value.coding) coding(entries, param, each)
    if (value.text === undefined) return
    entries.push({ param, system: undefined, code: undefined, text: value.text })
  },

  Identifier(entries: TokenEntry[], param: string, value: Identifier): void {
    const { system, value: code, type } = value
    if (system === undefined && code === undefined) return
    entries.push({ param, system, code, text: type?.text })
  },

  /** The system is `phone`, `email` and so on, so that `telecom=phone|…` works too. */
  ContactPoint(entries: TokenEntry[], param: string, value: ContactPoint): void {
    if (value.value === undefined) return
    entries.push({ param, system: value.system, code: value.value, text: undefined })
  },

  /** A code, string, uri, number or boolean. `system` is what a required binding implies. */
  primitive(
    entries: TokenEntry[],
    param: string,
    value: string | number | boolean,
    system: string | undefined,
  ): void {
    entries.push({ param, system, code: String(value), text: undefined })
  },

  /** `true` if any form of the choice is there and isn't `false`; otherwise `false`. Always one entry. */
  exists(entries: TokenEntry[], param: string, forms: readonly unknown[]): void {
    const there = forms.some((form) => form !== undefined && form !== null && form !== false)
    entries.push({ param, system: undefined, code: String(there), text: undefined })
  },
}

function coding(entries: TokenEntry[], param: string, value: Coding): void {
  const { system, code, display: text } = value
  if (system === undefined && code === undefined && text === undefined) return
  entries.push({ param, system, code, text })
}
