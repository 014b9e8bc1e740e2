import jsonpatch, { type Operation } from 'fast-json-patch'
import { parse, stringify } from 'lossless-json'
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
    const document = parse(String(current))
    try {
      const { newDocument } = jsonpatch.applyPatch(document, operations, true, true, true)
      return Buffer.from(stringify(newDocument) ?? 'null')
    } catch (cause) {
      throw new Problem('business-rule', 'The patch does not fit the resource as it is', { cause })
    }
  }
}

/** A patch is a list, which `parseJson` takes only as part of an object. */
function read(bytes: Buffer): Operation[] {
  parseJson(Buffer.concat([Buffer.from('{"patch":'), bytes, Buffer.from('}')]))
  const operations = parse(String(bytes))
  if (!Array.isArray(operations) || operations.length === 0 || !operations.every(isOperation)) {
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
  const needsValue = op === 'add' || op === 'replace' || op === 'test'
  return needsValue ? 'value' in value : op === 'remove' || 'from' in value
}
