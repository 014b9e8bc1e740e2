import type { CodeableConcept, Extension } from 'fhir/r4'
import { namedExtension, textExtension } from '../mapping/base.ts'
import type { Fields } from '../mapping/fields.ts'
import { compact, decimal, filled, present, toConcept, toQuantity } from '../mapping/values.ts'

/** A drug as FHIR has it, and what FHIR has no place for. */
export interface Drug {
  readonly concept: CodeableConcept | undefined
  readonly extension: readonly Extension[]
  readonly route: CodeableConcept | undefined
}

/**
 * DrugChoiceType: the contract has one of text, article, package, product or substance. The text is what a person reads:
 * what the source calls it, or a substance with its form and strength, each as the source writes it.
 */
export function readDrug(drug: Fields | undefined): Drug {
  const product = drug?.group('drug')
  const generics = drug?.group('generics')
  const words = drug?.group('unstructuredDrugInformation')?.text('unstructuredInformation')
  const concepts = present([
    toConcept(drug?.group('merchandise')?.group('articleNumber')),
    toConcept(drug?.group('drugArticle')?.group('nplPackId')),
    toConcept(product?.group('nplId')),
    toConcept(product?.group('atcCode')),
  ])
  const strength = toQuantity(generics?.group('strength'))
  const form = generics?.text('form')
  const substance = generics?.text('substance')
  const generic = substance === undefined ? undefined : genericName(substance, form, strength)
  const texts = [...new Set(present([words, ...namesOf(concepts), generic]))]
  return {
    concept: compact<CodeableConcept>({
      coding: concepts.flatMap((concept) => concept.coding ?? []),
      text: texts.length === 0 ? undefined : texts.join(', '),
    }),
    extension: [
      ...productExtensions(product),
      ...textExtension('form', form),
      ...textExtension('substance', substance),
      ...(strength ? [namedExtension('genericStrength', { valueQuantity: strength })] : []),
    ],
    route: toConcept(product?.group('routeOfAdministration')),
  }
}

/** What the first code is called; of the others only what isn't in their coding. */
function namesOf(concepts: readonly CodeableConcept[]): (string | undefined)[] {
  return concepts.map(({ coding, text }, at) =>
    at === 0 || text !== coding?.[0]?.display ? text : undefined,
  )
}

function genericName(
  substance: string,
  form: string | undefined,
  strength: ReturnType<typeof toQuantity>,
): string {
  const measure = strength && `${written(strength.value)} ${strength.unit ?? ''}`.trim()
  return present([substance, form, measure]).join(' ')
}

/** A decimal on its way to JSON, with its own digits. */
function written(value: number | undefined): string {
  return value === undefined ? '' : JSON.stringify(value)
}

function productExtensions(product: Fields | undefined): Extension[] {
  const value = product?.value('strength', decimal)
  const unit = product?.text('strengthUnit')
  return [
    ...textExtension('pharmaceuticalForm', product?.text('pharmaceuticalForm')),
    ...(value === undefined
      ? textExtension('strengthUnit', unit)
      : [namedExtension('strength', { valueQuantity: filled({ value, unit }) })]),
  ]
}
