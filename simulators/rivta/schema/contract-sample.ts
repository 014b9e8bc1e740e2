import type { Contract } from '../../../src/systems/rivta/contracts/contract.ts'
import { fieldsOf } from '../../../src/systems/rivta/mapping/fields.ts'
import type { Mapping } from '../../../src/systems/rivta/mapping/mapping.ts'
import { readXml } from '../../../src/systems/rivta/soap/read-xml.ts'
import { childrenOf, type XmlElement } from '../../../src/systems/rivta/soap/xml-element.ts'
import { readSchema } from './read-schema.ts'
import { type Sample, type SampleField, sampleMessage } from './sample-message.ts'
import { schemaFile } from './schema-files.ts'

/** Whose record a sample is. */
export const PATIENT = { root: '1.2.752.129.2.1.3.1', extension: '191212121212' }
const OID = '1.2.752.999.7'

/** A mapping whose ids can be read back. */
export const mapping: Mapping = {
  patient: PATIENT,
  patientId: 'p1',
  idOf: (type, ...key) =>
    Buffer.from([type, ...key].join('|'))
      .toString('hex')
      .slice(-60),
  organizationOf: () => undefined,
}
/**
 * Alternatives of which a record has one: each is left out in turn, or has another text, so that every mapping is reached.
 */
export type Variant = RegExp | readonly [path: RegExp, text: string] | undefined

const ALTERNATIVES: Readonly<Record<string, readonly Variant[]>> = {
  GetCareDocumentation: [/\/clinicalDocumentNote\/clinicalDocumentNote(Code|Title)$/],
  GetFunctionalStatus: [[/\/assessmentCategory$/, 'fun-fun']],
  GetMedicationHistory: [
    /\/(dosageInstruction|shortNotation|prescriber)$/,
    /\/(unstructuredDrugInformation|merchandise|drugArticle)$/,
  ],
  GetVaccinationHistory: [/\/administrationRecord$/],
  GetAlertInformation: [/\/hypersensitivity$/, /\/pharmaceuticalHypersensitivity$/],
  GetLaboratoryOrderOutcome: [
    /\/cv$/,
    /\/(cv|pq)$/,
    /\/(cv|pq|low|lowClosed)$/,
    /\/(cv|pq|intervalPQ)$/,
    /\/(status|interval)$/,
  ],
}

/** What is known, and on purpose not in what is made of a record, with the reason. */
const NOT_SHOWN: readonly (readonly [path: RegExp, reason: string])[] = [
  [/\/codeSystemName$/, 'the system’s OID says it'],
  [/\/result\//, 'the source’s own logging; an error is told as an issue'],
  [/\/hasMore\//, 'where the next page is, which is fetched'],
]

/** Types that come again within themselves: hundreds of fields that the same lines read. Their texts are looked for. */
const SAME_AGAIN =
  /\/(dispensationAuthorization|administration)\/drug\/dosage\/|\/(maximumDosage|conditionalDosage|rampEnd)\/.*\//

/** A contract's sample in each of its variants. */
export function variantsOf({ question }: Contract): readonly Variant[] {
  return [undefined, ...(ALTERNATIVES[question] ?? [])]
}

/** Why a field is left out on purpose; `undefined` for one that must be found. */
export function reasonFor({ path }: SampleField): string | undefined {
  return NOT_SHOWN.find(([pattern]) => pattern.test(path))?.[1]
}

/** The sample of a contract, with texts as real messages have them, read. */
export function sampleOf(
  contract: Contract,
  variant: Variant,
): Sample & { readonly message: XmlElement } {
  const { operation, responder } = contract.shape
  const schema = readSchema(schemaFile(contract.question, contract.version))
  const root = schema.element(responder, `${operation}Response`)
  if (!root) throw new Error(`the schema of ${operation} has no answer`)
  const sample = sampleMessage(root, {
    text: (path) => insteadOf(variant, path) ?? realistic(path),
    leaveOut: (path) =>
      /\/related\/.*\/related$/.test(path) || (variant instanceof RegExp && variant.test(path)),
  })
  return { ...sample, message: readXml(sample.xml.text) }
}

/** What becomes of a field: it's in what it is made into, it is kept beside it, or it is lost. */
export type Fate = 'mapped' | 'kept' | 'lost'

/**
 * The fate of each field that isn't left out on purpose: another text of it gives another result, or isn't noticed.
 * Fields of types that come again within themselves are passed over.
 */
export function fatesOf(contract: Contract, variant: Variant): ReadonlyMap<string, Fate> {
  const key = `${contract.question} ${contract.version} ${String(variant)}`
  const fates = known.get(key) ?? findFates(contract, variant)
  known.set(key, fates)
  return fates
}

/** Found once: a test and the report ask for the same. */
const known = new Map<string, ReadonlyMap<string, Fate>>()

function findFates(contract: Contract, variant: Variant): ReadonlyMap<string, Fate> {
  const { fields, message } = sampleOf(contract, variant)
  const whole = made(contract, message)
  const asked = fields.filter((each) => !reasonFor(each) && !SAME_AGAIN.test(each.path))
  return new Map(
    asked.map(({ path, text }) => {
      const [, ...names] = path.split('/')
      const edited = made(contract, withText(message, names, different(text)))
      const fate =
        edited.mapped !== whole.mapped ? 'mapped' : edited.kept !== whole.kept ? 'kept' : 'lost'
      return [path, fate]
    }),
  )
}

/** What the mapping alone makes of the items of a message, and what it leaves. */
function made(contract: Contract, message: XmlElement) {
  const items = childrenOf(message).filter(({ name }) => name === contract.item)
  const read = items.map((item) => {
    const fields = fieldsOf(item)
    const record = contract.toRecord(fields, mapping)
    return { record, left: fields.left() }
  })
  return {
    mapped: JSON.stringify(read.map(({ record }) => record)),
    kept: JSON.stringify(read.map(({ left }) => left)),
  }
}

/** Texts that a mapping must find as they are in real messages. */
function realistic(path: string): string | undefined {
  if (/\/patientId\/(id|extension)$/.test(path)) return PATIENT.extension
  if (/\/patientId\/(type|root)$/.test(path)) return PATIENT.root
  if (/\/clinicalInformationCode\/codeSystem$/.test(path)) return '1.2.752.116.1.1.1.1.3'
  if (/\/codeSystem$/.test(path)) return OID
  if (/\/(sourceSystemId|accountable\w+)\/root$/.test(path)) return '1.2.752.129.2.1.4.1'
  if (/\/root$/.test(path)) return OID
  if (/HSAI?[dD]$/i.test(path) || /\/(sourceSystemId|accountable\w+)\/extension$/.test(path)) {
    return `SE1-${path.length}X`
  }
  return undefined
}

function insteadOf(variant: Variant, path: string): string | undefined {
  if (variant === undefined || variant instanceof RegExp) return undefined
  const [place, text] = variant
  return place.test(path) ? text : undefined
}

/** The message with another text at a path of names, of which a sample has one each. */
function withText(element: XmlElement, names: readonly string[], text: string): XmlElement {
  const [name, ...inner] = names
  if (name === undefined) return { ...element, nodes: [text] }
  const nodes = element.nodes.map((node) =>
    typeof node !== 'string' && node.name === name ? withText(node, inner, text) : node,
  )
  return { ...element, nodes }
}

/** Another text of the same form. */
function different(text: string): string {
  if (text === 'true') return 'false'
  if (/^20\d{12}$/.test(text)) return `19${text.slice(2)}`
  if (/^20\d{6}$/.test(text)) return `19${text.slice(2)}`
  if (text === OID) return '1.2.752.999.8'
  if (/^\d/.test(text)) return text.replace(/^\d/, (digit) => (digit === '1' ? '2' : '1'))
  return `${text}x`
}
