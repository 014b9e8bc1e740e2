/** A 64-bit hash as its two halves, signed as PostgreSQL's int8 takes them. */
export interface Hash {
  readonly high: number
  readonly low: number
}

/**
 * What a hashed token is about. `present`: the parameter has a value at all.
 * `code` `system-code` `system` `no-system`: of a token. `target` `target-version` `id` `id-version` `url` `url-version`: of a
 * reference. `identifier…`: of a logical reference. `exact`: a string or uri, character by character.
 */
export type TokenForm =
  | 'present'
  | 'many'
  | 'code'
  | 'system-code'
  | 'system'
  | 'no-system'
  | 'target'
  | 'target-version'
  | 'id'
  | 'id-version'
  | 'url'
  | 'url-version'
  | 'identifier'
  | 'identifier-system'
  | 'identifier-no-system'
  | 'exact'
  | 'rows'
  | 'unit'
  | 'text-rows'
  | 'uri-rows'

/** By scope, then by form. */
const seeds = new Map<string, Map<TokenForm, Hash>>()

/**
 * The hash under which a value of a parameter is stored. Fixed for ever: stored rows hold it.
 * Two lanes of 32 bits, multiply and rotate over UTF-16 units, finished by cross-mixing. At 10⁹ different values the odds
 * that any two share a hash are 3 %; whose record something is never rests on it.
 */
export function tokenHash(scope: string, form: TokenForm, value: string): Hash {
  const forms = seeds.get(scope) ?? new Map<TokenForm, Hash>()
  let seed = forms.get(form)
  if (!seed) {
    seed = hash({ high: 0x2545f491, low: 0x41c6ce57 }, `${scope}/${form}`)
    seeds.set(scope, forms.set(form, seed))
  }
  return hash(seed, value)
}

function hash(seed: Hash, text: string): Hash {
  let high = seed.high
  let low = seed.low
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    high = Math.imul(high ^ unit, 0x9e3779b1)
    high = (high << 13) | (high >>> 19)
    low = Math.imul(low ^ unit, 0x5f356495)
    low = (low << 15) | (low >>> 17)
  }
  const first =
    Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35)
  const second =
    Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(first ^ (first >>> 13), 0xc2b2ae35)
  return { high: first | 0, low: second | 0 }
}

/** The hash as the decimal text of an int8 parameter. */
export function hashText({ high, low }: Hash): string {
  return String((BigInt(high) << 32n) | BigInt(low >>> 0))
}
