import { Problem } from '../fhir/problem.ts'

/** What a body is written in. */
export type Media = 'json' | 'json-patch' | 'form'

const MEDIA: Readonly<Record<string, Media>> = {
  'application/fhir+json': 'json',
  'application/json': 'json',
  'text/json': 'json',
  'application/json-patch+json': 'json-patch',
  'application/x-www-form-urlencoded': 'form',
}

/** What `_format` may be, and what may be accepted. A `+` in an address may have become a space. */
const FORMATS: ReadonlySet<string> = new Set([
  'json',
  'application/json',
  'application/fhir+json',
  'application/fhir json',
  'text/json',
])
const ANYTHING: ReadonlySet<string> = new Set(['*/*', 'application/*', 'text/*'])

/**
 * Reads a Content-Type.
 *
 * @throws Problem `unsupported-media` for what isn't read here, or isn't UTF-8 or R4
 * @see https://hl7.org/fhir/R4/http.html#mime-type
 */
export function mediaOf(contentType: string | undefined): Media {
  const { type, options } = partsOf(contentType ?? '')
  const media = Object.hasOwn(MEDIA, type) ? MEDIA[type] : undefined
  const charset = options.get('charset') ?? 'utf-8'
  if (media !== undefined && charset === 'utf-8' && isR4(options)) return media
  throw new Problem(
    'unsupported-media',
    'The body must be application/fhir+json in UTF-8; a patch may be application/json-patch+json',
  )
}

/**
 * Sees to it that JSON is what the caller takes: `_format` decides, else Accept.
 *
 * @throws Problem `not-acceptable`
 * @see https://hl7.org/fhir/R4/http.html#parameters
 */
export function refuseOtherFormats(accept: string | undefined, format: string | undefined): void {
  const wanted = (format ?? accept ?? '*/*').split(',').map(partsOf)
  const taken = wanted.some(
    ({ type, options }) =>
      (FORMATS.has(type) || (format === undefined && ANYTHING.has(type))) &&
      isR4(options) &&
      !/^0(\.0*)?$/.test(options.get('q') ?? '1'),
  )
  if (taken) return
  throw new Problem('not-acceptable', 'Only JSON is answered here: ask for application/fhir+json')
}

const isR4 = (options: ReadonlyMap<string, string>) =>
  ['4.0', '4.0.1'].includes(options.get('fhirversion') ?? '4.0')

function partsOf(text: string): { type: string; options: ReadonlyMap<string, string> } {
  const [type = '', ...rest] = text
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
  const options = rest.map((part): [string, string] => {
    const [name = '', value = ''] = part.split('=')
    return [name.trim(), value.trim().replaceAll('"', '')]
  })
  return { type, options: new Map(options) }
}
