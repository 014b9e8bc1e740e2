/**
 * Whether a JSON value is of a primitive type.
 * Regular expressions are HL7's; what they leave out (30 February) is added.
 * https://hl7.org/fhir/R4/datatypes.html#primitive
 */

const YEAR = '(?!0000)\\d{4}'
const DAY = '(?:0[1-9]|[12]\\d|3[01])'
const MONTH = '(?:0[1-9]|1[0-2])'
// A leap second is the last second of an hour, and nowhere else.
const CLOCK = '(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d|(?:[01]\\d|2[0-3]):59:60)(?:\\.\\d+)?'
const ZONE = '(?:Z|[+-](?:(?:0\\d|1[0-3]):[0-5]\\d|14:00))'

const DATE = new RegExp(`^${YEAR}(?:-${MONTH}(?:-${DAY})?)?$`)
const DATE_TIME = new RegExp(`^${YEAR}(?:-${MONTH}(?:-${DAY}(?:T${CLOCK}${ZONE})?)?)?$`)
const INSTANT = new RegExp(`^${YEAR}-${MONTH}-${DAY}T${CLOCK}${ZONE}$`)
const TIME = new RegExp(`^${CLOCK}$`)
const CODE = /^\S+(?:\s\S+)*$/
const ID = /^[A-Za-z0-9\-.]{1,64}$/
const URI = /^\S+$/
const OID = /^urn:oid:[0-2](?:\.(?:0|[1-9]\d*))+$/
const UUID = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Strings are at most 1 MB. https://hl7.org/fhir/R4/datatypes.html#string */
const MAX_STRING = 1024 * 1024
const MAX_INTEGER = 2 ** 31 - 1

type Check = (value: unknown) => boolean

/** A check for each primitive type but `xhtml`, which {@link isNarrative} reads. */
export const PRIMITIVES: Readonly<Record<string, Check>> = {
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => isInteger(value, -MAX_INTEGER - 1),
  unsignedInt: (value) => isInteger(value, 0),
  positiveInt: (value) => isInteger(value, 1),
  decimal: (value) => typeof value === 'number' && Number.isFinite(value),
  string: (value) => typeof value === 'string' && value !== '' && value.length <= MAX_STRING,
  markdown: (value) => typeof value === 'string' && value !== '' && value.length <= MAX_STRING,
  code: (value) => typeof value === 'string' && CODE.test(value),
  id: (value) => typeof value === 'string' && ID.test(value),
  uri: (value) => typeof value === 'string' && URI.test(value),
  url: (value) => typeof value === 'string' && URI.test(value),
  canonical: (value) => typeof value === 'string' && URI.test(value),
  oid: (value) => typeof value === 'string' && OID.test(value),
  uuid: (value) => typeof value === 'string' && UUID.test(value),
  date: (value) => typeof value === 'string' && DATE.test(value) && isDayOfCalendar(value),
  dateTime: (value) => typeof value === 'string' && DATE_TIME.test(value) && isDayOfCalendar(value),
  instant: (value) => typeof value === 'string' && INSTANT.test(value) && isDayOfCalendar(value),
  time: (value) => typeof value === 'string' && TIME.test(value),
  base64Binary: (value) => typeof value === 'string' && isBase64(value),
}

/** How a value of the type is written, for people. */
export const SHAPES: Readonly<Record<string, string>> = {
  boolean: 'true or false',
  integer: 'a whole number of at most 32 bits',
  unsignedInt: 'a whole number from 0 to 2147483647',
  positiveInt: 'a whole number from 1 to 2147483647',
  decimal: 'a number',
  string: 'a text that is not empty and at most 1 MB',
  markdown: 'a text that is not empty and at most 1 MB',
  code: 'a code without white space at its ends',
  id: 'an id of 1–64 letters, digits, hyphens and dots',
  uri: 'a URI without white space',
  url: 'a URL without white space',
  canonical: 'a canonical URL without white space',
  oid: 'an OID such as urn:oid:1.2.752',
  uuid: 'a UUID such as urn:uuid:c757873d-ec9a-4326-a141-556f43239520, in lower case',
  date: 'a real date: YYYY, YYYY-MM or YYYY-MM-DD',
  dateTime: 'a real date, or a date and time with seconds and time zone',
  instant: 'a date and time with seconds and time zone',
  time: 'a time of day: hh:mm:ss',
  base64Binary: 'base64 in groups of four characters',
  xhtml: 'one XHTML div with content and without scripts, forms or foreign content',
}

function isInteger(value: unknown, least: number): boolean {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= MAX_INTEGER
}

/** Whether the day exists in its month; true where no day is given. */
function isDayOfCalendar(date: string): boolean {
  const day = date.length < 10 ? 0 : 10 * digit(date, 8) + digit(date, 9)
  if (day <= 28) return true
  const year = 1000 * digit(date, 0) + 100 * digit(date, 1) + 10 * digit(date, 2) + digit(date, 3)
  const month = 10 * digit(date, 5) + digit(date, 6)
  if (month !== 2) return day <= 30 || (month !== 4 && month !== 6 && month !== 9 && month !== 11)
  return day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

function digit(text: string, at: number): number {
  return text.charCodeAt(at) - 48
}

const BASE64 = new Uint8Array(128)
for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/') {
  BASE64[letter.charCodeAt(0)] = 1
}
for (const space of ' \t\r\n') BASE64[space.charCodeAt(0)] = 2
BASE64['='.charCodeAt(0)] = 3

/** A loop and no regular expression: attachments are megabytes, and backtracking would need more. */
function isBase64(text: string): boolean {
  let letters = 0
  let padding = 0
  for (let at = 0; at < text.length; at++) {
    const kind = BASE64[text.charCodeAt(at)]
    if (kind === 3) padding++
    else if (kind === 1 && padding === 0) letters++
    else if (kind !== 2) return false
  }
  return letters > 0 && padding <= 2 && (letters + padding) % 4 === 0
}
