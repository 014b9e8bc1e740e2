import { parseJson } from '../../fhir/json/parse.ts'
import { tagMeta } from '../../fhir/json/stamp-meta.ts'
import type { ValidResource } from '../../fhir/validation/valid-resource.ts'
import { validResource } from '../../fhir/validation/validate.ts'

/** Says of a resource in our store how it stands with the legacy system that it was written for. */
export const DELIVERY = 'https://karna.se/fhir/CodeSystem/delivery'

const WORDS = {
  waiting: (source: string) => `Sparat, väntar på ${source}`,
  refused: (source: string) => `Sparat här. ${source} tog inte emot det.`,
} as const

/** The resource with its state in `meta.tag`, in words for the screen; a former state gives way. */
export function withState(bytes: Buffer, state: keyof typeof WORDS, source: string): ValidResource {
  const tag = { system: DELIVERY, code: state, display: WORDS[state](source) }
  return validResource(parseJson(tagMeta(bytes, tag)))
}
