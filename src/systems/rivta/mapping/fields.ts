import { childrenOf, markupOf, textOf, type XmlElement } from '../soap/xml-element.ts'

/** An element that no mapping read, with where it was: it is kept beside what was mapped. */
export interface Leftover {
  /** Names from the item down: `diagnosisBody/relatedDiagnosis[1]/documentId`. */
  readonly path: string
  /** Exactly as sent. */
  readonly text: string
}

/**
 * Reads the fields of one item of an answer and remembers which were read, so that {@link Fields.left} can tell what
 * no mapping took. A field that can't be understood (a time that is none, a code with a space in it) isn't taken.
 * Only elements of RIV-TA's namespaces are fields; anything else in the message is left over.
 */
export interface Fields {
  /**
   * The text of the first field of a name that isn't taken yet, exactly; `undefined` for none or nothing but space. Mark-up that
   * a source didn't encode as text is given as it was written, so that no word of it goes missing or runs into the next.
   */
  text(...names: readonly string[]): string | undefined
  /** As `text`, of every field of the name. */
  texts(name: string): readonly string[]
  /** The first field for which `read` gives something, which is taken then. The text comes without space at its ends. */
  value<Value>(name: string, read: (text: string) => Value | undefined): Value | undefined
  /** As `value`, of every field of the name. */
  values<Value>(name: string, read: (text: string) => Value | undefined): readonly Value[]
  /** The first field of a name, to read what is in it. */
  group(...names: readonly string[]): Fields | undefined
  groups(name: string): readonly Fields[]
  /** Whether there is a field of the name, taken or not. */
  has(name: string): boolean
  /** Takes fields that are known and deliberately not shown, with all that is in them. Say why where it's called. */
  drop(...names: readonly string[]): void
  /** What isn't taken. */
  left(): readonly Leftover[]
}

/** The fields of an item. */
export function fieldsOf(item: XmlElement): Fields {
  return createFields(item, new Set())
}

function createFields(element: XmlElement, taken: Set<XmlElement>): Fields {
  const children = childrenOf(element).filter(({ namespace }) => namespace.startsWith('urn:riv:'))
  const named = (name: string) => children.filter((child) => child.name === name)
  const open = (name: string) => named(name).filter((child) => !taken.has(child))
  const take = (child: XmlElement) => {
    if (childrenOf(child).length === 0) taken.add(child)
    else takeAll(child, taken)
    return markupOf(child)
  }
  const fields: Fields = {
    text(...names) {
      const [found] = names.flatMap(open)
      const text = found && take(found)
      return text?.trim() === '' ? undefined : text
    },
    texts: (name) =>
      open(name)
        .map(take)
        .filter((text) => text.trim() !== ''),
    value: (name, read) => readFirst(open(name), taken, read),
    values: (name, read) => open(name).flatMap((child) => readFirst([child], taken, read) ?? []),
    group(...names) {
      const [found] = names.flatMap(named)
      return found && createFields(found, taken)
    },
    groups: (name) => named(name).map((child) => createFields(child, taken)),
    has: (name) => named(name).length > 0,
    drop(...names) {
      for (const child of names.flatMap(named)) takeAll(child, taken)
    },
    left: () => leftIn(element, taken, ''),
  }
  return fields
}

function readFirst<Value>(
  children: readonly XmlElement[],
  taken: Set<XmlElement>,
  read: (text: string) => Value | undefined,
): Value | undefined {
  for (const child of children) {
    const text = textOf(child).trim()
    const value = text === '' ? undefined : read(text)
    if (value === undefined) continue
    taken.add(child)
    return value
  }
  return undefined
}

function takeAll(element: XmlElement, taken: Set<XmlElement>): void {
  taken.add(element)
  for (const child of childrenOf(element)) takeAll(child, taken)
}

function leftIn(element: XmlElement, taken: ReadonlySet<XmlElement>, path: string): Leftover[] {
  const own = textOf(element)
  const here = taken.has(element) || own.trim() === '' ? [] : [{ path, text: own }]
  const children = childrenOf(element)
  const inner = children.flatMap((child) => leftIn(child, taken, pathOf(child, children, path)))
  return [...here, ...inner]
}

/** With which of several it is, from 0, so that what belongs together can be told. */
function pathOf(child: XmlElement, siblings: readonly XmlElement[], path: string): string {
  const alike = siblings.filter(({ name }) => name === child.name)
  const name = alike.length === 1 ? child.name : `${child.name}[${alike.indexOf(child)}]`
  return path === '' ? name : `${path}/${name}`
}
