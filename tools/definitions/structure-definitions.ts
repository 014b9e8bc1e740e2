/**
 * Makes `src/fhir/definitions/structures.json` and `value-sets.json` out of HL7's R4 definitions,
 * which the server does not carry. The result is committed and read in review.
 * `node tools/definitions/structure-definitions.ts` runs it alone.
 *
 * An element is a line of text: cardinality, types with their reference targets, `^` if it is in the summary,
 * `=` and the value set if its binding is required: `"1..1 code ^ =administrative-gender"`.
 */
import { writeFileSync } from 'node:fs'
import { ERRATA } from './errata.ts'
import {
  type CodeSystem,
  type ElementDefinition,
  type ElementType,
  readDefinitions,
  type StructureDefinition,
  type ValueSet,
} from './structure-source.ts'
import { type Codes, createExpander } from './structure-value-sets.ts'

const FOLDER = 'src/fhir/definitions'
const CORE = 'http://hl7.org/fhir/StructureDefinition/'
const VALUE_SET = 'http://hl7.org/fhir/ValueSet/'
const SYSTEM_TYPE = 'http://hl7.org/fhirpath/System.'
const CODED = new Set(['code', 'Coding', 'CodeableConcept'])

/** Element name (`value[x]`, if of several types) → its line. */
type Elements = Record<string, string>

interface Structure {
  kind: 'resource' | 'type' | 'part' | 'abstract'
  /** Whose elements it has besides its own. */
  base?: string
  elements: Elements
}

/** Writes both tables. */
export function generateStructureDefinitions(): void {
  const definitions = readDefinitions('profiles-types', 'profiles-resources').filter(isStructure)
  const bound = new Map<string, Codes>()
  const expand = expander()
  const structures = new Map<string, Structure>()
  for (const definition of definitions) {
    for (const [name, structure] of structuresOf(definition)) structures.set(name, structure)
    for (const { binding } of definition.snapshot.element) {
      if (binding?.strength !== 'required' || binding.valueSet === undefined) continue
      const codes = expand(binding.valueSet)
      if (codes) bound.set(valueSetName(binding.valueSet), codes)
    }
  }
  for (const [name, lines] of Object.entries(ERRATA)) {
    Object.assign(structures.get(name)?.elements ?? {}, lines)
  }
  inherit(structures)
  for (const structure of structures.values()) dropUnknownBindings(structure.elements, bound)
  write('structures.json', sorted(structures))
  write(
    'value-sets.json',
    sorted(bound).map(([name, codes]) => [name, codesOf(codes)]),
  )
}

function isStructure(resource: { readonly resourceType: string }): resource is StructureDefinition {
  if (resource.resourceType !== 'StructureDefinition') return false
  const { kind, derivation } = resource as StructureDefinition
  return derivation !== 'constraint' && (kind === 'resource' || kind === 'complex-type')
}

function expander(): (canonical: string) => Codes | undefined {
  const codeSystems = new Map<string, CodeSystem>()
  const valueSets = new Map<string, ValueSet>()
  for (const resource of readDefinitions('valuesets', 'v3-codesystems', 'v2-tables')) {
    if (resource.resourceType === 'CodeSystem') codeSystems.set(resource.url, resource)
    if (resource.resourceType === 'ValueSet') valueSets.set(resource.url, resource)
  }
  return createExpander(codeSystems, valueSets)
}

/** The type itself and each part of it that has elements of its own (`Patient.contact`). */
function structuresOf(definition: StructureDefinition): [string, Structure][] {
  const parts = new Map<string, Structure>()
  for (const element of definition.snapshot.element) {
    const base = element.type?.find(({ code }) => isPart(code))?.code
    if (base !== undefined) parts.set(element.path, { kind: 'part', base, elements: {} })
    const at = element.path.lastIndexOf('.')
    if (at < 0) parts.set(element.path, { ...rootOf(definition), elements: {} })
    const owner = parts.get(element.path.slice(0, Math.max(at, 0)))
    if (owner) owner.elements[element.path.slice(at + 1)] = lineOf(element)
  }
  return [...parts]
}

function rootOf(definition: StructureDefinition): Omit<Structure, 'elements'> {
  const base = definition.baseDefinition?.slice(CORE.length)
  const isAbstract = ['Resource', 'DomainResource'].includes(definition.name)
  const kind = definition.kind === 'resource' ? 'resource' : 'type'
  return { kind: isAbstract ? 'abstract' : kind, ...(base && { base }) }
}

function isPart(code: string): boolean {
  return code === 'BackboneElement' || code === 'Element'
}

function lineOf(element: ElementDefinition): string {
  const { path, min, max, isSummary, contentReference, binding, type = [] } = element
  const types = contentReference?.slice(1) ?? type.map((one) => typeOf(element, one)).join('|')
  const bound = binding?.strength === 'required' && type.some(({ code }) => CODED.has(code))
  return [
    `${min}..${max}`,
    types || path,
    ...(isSummary ? ['^'] : []),
    ...(bound ? [`=${valueSetName(binding.valueSet ?? '')}`] : []),
  ].join(' ')
}

function typeOf(element: ElementDefinition, type: ElementType): string {
  // R4's table says string for a resource's id, though its text and its regular expressions say id.
  if (element.base?.path === 'Resource.id' || element.path === 'Resource.id') return 'id'
  if (type.code.startsWith(SYSTEM_TYPE)) {
    return type.extension?.find(({ url }) => url.endsWith('fhir-type'))?.valueUrl ?? 'string'
  }
  if (isPart(type.code)) return element.path
  const targets = (type.targetProfile ?? []).map((profile) => profile.slice(CORE.length))
  const any = targets.length === 0 || targets.includes('Resource')
  return type.code !== 'Reference' || any ? type.code : `Reference(${targets.join(',')})`
}

/** Takes away what a structure's base already says in the same words. */
function inherit(structures: ReadonlyMap<string, Structure>): void {
  const said = [...structures].map(([name, { base }]) => ({
    name,
    inherited: allOf(structures, base),
  }))
  for (const { name, inherited } of said) {
    const elements = structures.get(name)?.elements ?? {}
    for (const [element, line] of Object.entries(elements)) {
      if (inherited[element] === line) delete elements[element]
    }
  }
}

function allOf(structures: ReadonlyMap<string, Structure>, name: string | undefined): Elements {
  const structure = name === undefined ? undefined : structures.get(name)
  return structure ? { ...allOf(structures, structure.base), ...structure.elements } : {}
}

/** A binding to codes that aren't known here says nothing that validation could use. */
function dropUnknownBindings(elements: Elements, bound: ReadonlyMap<string, Codes>): void {
  for (const [name, line] of Object.entries(elements)) {
    const valueSet = / =(\S+)$/.exec(line)?.[1]
    if (valueSet !== undefined && !bound.has(valueSet)) elements[name] = line.replace(/ =\S+$/, '')
  }
}

function valueSetName(canonical: string): string {
  const url = canonical.split('|')[0] ?? ''
  return url.startsWith(VALUE_SET) ? url.slice(VALUE_SET.length) : url
}

function codesOf(codes: Codes): Record<string, string[]> {
  return Object.fromEntries([...codes].map(([system, set]) => [system, [...set]]))
}

function sorted<Value>(map: ReadonlyMap<string, Value>): [string, Value][] {
  return [...map].sort(([one], [other]) => (one < other ? -1 : 1))
}

/** JSON with a line for each entry, so that a change is seen in review. */
function write(name: string, entries: readonly (readonly [string, unknown])[]): void {
  const lines = entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
  writeFileSync(`${FOLDER}/${name}`, `{\n${lines.join(',\n')}\n}\n`)
}

if (import.meta.main) generateStructureDefinitions()
