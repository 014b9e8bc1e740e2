import jsonpatch, { type Operation } from 'fast-json-patch'
import { isLosslessNumber, parse, stringify } from 'lossless-json'
import { parseJson } from '../json/parse.ts'
import { Problem } from '../problem.ts'

/** A patch that was read: applied to bytes it gives new bytes. */
export type Patch = (current: Buffer) => Buffer

const KINDS = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test'])

/**
 * Reads a JSON Patch (RFC 6902). Numbers that it doesn't touch keep their text: `1.0` stays `1.0`.
 *
 * @throws Problem `invalid` if it isn't a patch; when applied, `business-rule` if a test fails or a place isn't there
 * @see https://hl7.org/fhir/R4/http.html#patch
 */
export function parseJsonPatch(bytes: Buffer): Patch {
  const operations = read(bytes)
  return (current) => {
    try {
      const document = operations.reduce(step, parse(String(current)))
      return Buffer.from(stringify(document) ?? 'null')
    } catch (cause) {
      throw new Problem('business-rule', 'The patch does not fit the resource as it is', { cause })
    }
  }
}

function step(document: unknown, operation: Operation): unknown {
  if (operation.op !== 'test') {
    return jsonpatch.applyOperation(document, operation, true, true, true).newDocument
  }
  if (!isEqual(jsonpatch.getValueByPointer(document, operation.path), operation.value)) {
    throw new Problem('business-rule', 'A test of the patch fails')
  }
  return document
}

/** Numbers are equal by value, however they are written. https://www.rfc-editor.org/rfc/rfc6902#section-4.6 */
function isEqual(one: unknown, other: unknown): boolean {
  if (isLosslessNumber(one) && isLosslessNumber(other)) return sameNumber(one.value, other.value)
  if (isLosslessNumber(one) || isLosslessNumber(other)) return false
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return one === other
  const [mine, theirs] = [Object.entries(one), new Map(Object.entries(other))]
  return (
    Array.isArray(one) === Array.isArray(other) &&
    mine.length === theirs.size &&
    mine.every(([name, value]) => theirs.has(name) && isEqual(value, theirs.get(name)))
  )
}

/** By their digits, since two long numbers may be the same double. */
function sameNumber(one: string, other: string): boolean {
  return one === other || digitsOf(one) === digitsOf(other)
}

/** `-1.20e3` → `-12e2`: no zero that says nothing, and a power of ten. */
function digitsOf(text: string): string {
  const [, sign = '', whole = '', part = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  const digits = `${whole}${part}`.replace(/^0+/, '')
  const kept = digits.replace(/0+$/, '')
  return kept && `${sign}${kept}e${Number(power) - part.length + digits.length - kept.length}`
}

/** A patch is a list, which `parseJson` takes only as part of an object. */
function read(bytes: Buffer): Operation[] {
  parseJson(Buffer.concat([Buffer.from('{"patch":'), bytes, Buffer.from('}')]))
  const operations = parse(String(bytes))
  if (!Array.isArray(operations) || !operations.every(isOperation)) {
    throw new Problem(
      'invalid',
      'The body is not a JSON Patch: a list of operations with op and path',
    )
  }
  return operations
}

function isOperation(value: unknown): value is Operation {
  if (typeof value !== 'object' || value === null) return false
  const { op, path } = value as { op?: unknown; path?: unknown }
  if (typeof op !== 'string' || !KINDS.has(op) || typeof path !== 'string') return false
  if (![path, 'from' in value ? value.from : ''].every(isPointer)) return false
  const needsValue = op === 'add' || op === 'replace' || op === 'test'
  return needsValue ? 'value' in value : op === 'remove' || 'from' in value
}

/** RFC 6901: an index has no zero before it, and no element of FHIR is called so. */
const isPointer = (text: unknown): boolean =>
  typeof text === 'string' && !/\/0\d+(?:\/|$)/.test(text)
