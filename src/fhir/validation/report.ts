import { type Element, type Structure, structureOf } from '../definitions/structures.ts'
import type { Issue, ProblemCode } from '../problem.ts'
import { codesOf, codingsOf, isFrom } from './binding.ts'
import { validatorOf } from './compile-validator.ts'
import { INVARIANTS } from './invariants.ts'
import { isNarrative } from './narrative.ts'
import { isExtra, isExtraList, isFilled } from './primitive-extension.ts'
import { PRIMITIVES, SHAPES } from './primitives.ts'
import { pointsAt } from './reference-target.ts'

/** So many issues are told; a resource with more isn't read for its details. */
export const MOST_ISSUES = 50

type Fields = Readonly<Record<string, unknown>>
type Issues = Generator<Issue, void, undefined>

/**
 * Tells what is wrong with a resource that the compiled validator has refused. Slow, and of the same opinion:
 * validate.test.ts holds the two together. Messages name our own elements only, never what was sent.
 */
export function reportResource(value: unknown): readonly Issue[] {
  const issues: Issue[] = []
  for (const issue of reportObject(value, 'Resource', undefined)) {
    issues.push(issue)
    if (issues.length >= MOST_ISSUES) break
  }
  if (issues.length === 0) throw new Error('A resource was refused, and no reason is known')
  return issues
}

/** What is wrong with a value of a type that isn't primitive. The root has no path before its type is known. */
function* reportObject(value: unknown, type: string, path: string | undefined): Issues {
  if (!isFields(value)) {
    yield issue('structure', 'An object is expected here.', path)
    return
  }
  const structure = type === 'Resource' ? resourceStructure(value) : structureOf(type)
  if (structure === undefined) {
    yield issue('structure', 'resourceType must name a resource type of R4.', path)
    return
  }
  const here = path ?? structure.name
  yield* reportNames(value, structure, here)
  for (const element of structure.elements.values()) {
    if (value[element.name] !== undefined) yield* reportElement(value, element, here)
    if (value[`_${element.name}`] !== undefined) yield* reportExtra(value, element, here)
  }
  for (const { key, message, holds } of INVARIANTS[structure.name] ?? []) {
    if (!holds(value)) yield issue('invariant', `${message} (${key})`, here)
  }
}

function resourceStructure({ resourceType }: Fields): Structure | undefined {
  const structure = typeof resourceType === 'string' ? structureOf(resourceType) : undefined
  return structure?.kind === 'resource' ? structure : undefined
}

/** What isn't known, what is missing, what is there in two forms, and an object with nothing in it. */
function* reportNames(value: Fields, structure: Structure, path: string): Issues {
  const isResource = structure.kind === 'resource'
  const names = Object.keys(value).filter((name) => !isResource || name !== 'resourceType')
  if (!names.every((name) => isKnown(structure, name))) {
    yield issue('structure', 'There is an element here that R4 does not have.', path)
  }
  if (!isResource && names.every((name) => name === 'id')) {
    yield issue('structure', 'An element may not be empty. (ele-1)', path)
  }
  for (const [group, elements] of groupsOf(structure)) {
    const there = elements.filter(({ name }) => name in value || `_${name}` in value)
    const isRequired = elements.some(({ min }) => min > 0)
    if (there.length === 0 && isRequired) yield issue('required', `${group} is required.`, path)
    if (there.length > 1) yield issue('structure', `${group} may have one type only.`, path)
  }
}

function isKnown(structure: Structure, name: string): boolean {
  if (structure.elements.has(name)) return true
  const beside = name.startsWith('_') ? structure.elements.get(name.slice(1)) : undefined
  return beside !== undefined && beside.type in PRIMITIVES
}

/** The forms of a choice together, every other element by itself. */
function groupsOf(structure: Structure): Map<string, Element[]> {
  const groups = new Map<string, Element[]>()
  for (const element of structure.elements.values()) {
    const group = element.choice === undefined ? element.name : `${element.choice}[x]`
    groups.set(group, [...(groups.get(group) ?? []), element])
  }
  return groups
}

function* reportElement(owner: Fields, element: Element, path: string): Issues {
  const value = owner[element.name]
  const at = pathOf(element, path)
  if (!element.list) yield* reportValue(value, element, at)
  else if (!Array.isArray(value)) yield issue('structure', 'An array is expected here.', at)
  else {
    if (value.length === 0) yield issue('structure', 'An array may not be empty.', at)
    if (value.length > element.max) yield issue('structure', 'There are too many here.', at)
    const isPrimitive = element.type in PRIMITIVES
    for (const [index, item] of value.entries()) {
      const isGap = isPrimitive && item === null && isFilled(owner[`_${element.name}`], index)
      if (!isGap) yield* reportValue(item, element, `${at}[${index}]`)
    }
  }
}

function* reportValue(value: unknown, element: Element, path: string): Issues {
  const isRight = element.type === 'xhtml' ? isNarrative : PRIMITIVES[element.type]
  if (value === null) yield issue('structure', 'null may not stand here.', path)
  else if (isRight === undefined) yield* reportComplex(value, element, path)
  else if (!isRight(value)) {
    yield issue('value', `The value must be ${SHAPES[element.type]}.`, path)
  } else if (element.valueSet !== undefined && !codesOf(element.valueSet).has(String(value))) {
    yield wrongCode(element.valueSet, path)
  }
}

/** What is within a value comes first; only if that is well are its code and target looked at. */
function* reportComplex(value: unknown, element: Element, path: string): Issues {
  let isWell = true
  for (const within of reportObject(value, element.type, path)) {
    isWell = false
    yield within
  }
  if (!isWell || !isFields(value)) return
  const { valueSet, targets, name } = element
  if (valueSet !== undefined && !isFrom(codingsOf(valueSet), value)) yield wrongCode(valueSet, path)
  if (targets && !pointsAt(value, new Set(targets))) {
    yield issue('value', `The reference must point at ${targets.join(' or ')}.`, path)
  }
  if (name === 'contained' && value.contained !== undefined) {
    yield issue('invariant', 'A contained resource may not contain others. (dom-2)', path)
  }
}

/** What stands beside a primitive; `null` keeps places in lists. */
function* reportExtra(owner: Fields, element: Element, path: string): Issues {
  if (!(element.type in PRIMITIVES)) return
  const beside = owner[`_${element.name}`]
  const fits = element.list ? isExtraList : isExtra
  if (fits(validatorOf('Element'), beside, owner[element.name])) return
  const at = pathOf(element, path)
  const items: readonly unknown[] = element.list && Array.isArray(beside) ? beside : [beside]
  let isTold = false
  for (const [index, item] of items.entries()) {
    const place = element.list ? `${at}[${index}]` : at
    for (const within of item === null ? [] : reportObject(item, 'Element', place)) {
      isTold = true
      yield within
    }
  }
  if (!isTold)
    yield issue('structure', 'Beside a value, or instead of it, extensions are missing.', at)
}

function wrongCode(valueSet: string, path: string): Issue {
  const url = valueSet.includes(':') ? valueSet : `http://hl7.org/fhir/ValueSet/${valueSet}`
  return issue('code-invalid', `The code must be from the value set ${url}.`, path)
}

/** FHIRPath of an element: a form of a choice by its type, `Observation.value.ofType(Quantity)`. */
function pathOf(element: Element, path: string): string {
  if (element.choice === undefined) return `${path}.${element.name}`
  return `${path}.${element.choice}.ofType(${element.type})`
}

function issue(code: ProblemCode, message: string, path: string | undefined): Issue {
  return { code, message, ...(path && { expression: path }) }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
