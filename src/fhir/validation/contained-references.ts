import type { Issue } from '../problem.ts'

/**
 * References to contained resources that are not there: what they point at is nowhere else either. `#` alone is the resource
 * itself. What a Bundle or Parameters carries has contained resources of its own.
 *
 * https://hl7.org/fhir/R4/references.html#contained (ref-1)
 * @param resource one that is otherwise valid
 */
export function danglingIn(resource: object): readonly Issue[] {
  return [...danglingAt(resource, '', '', new Set())]
}

type Fields = Readonly<Record<string, unknown>>

function* danglingAt(
  value: unknown,
  name: string,
  path: string,
  there: ReadonlySet<string>,
): Generator<Issue> {
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) {
      yield* danglingAt(each, name, `${path}[${index}]`, there)
    }
  } else if (typeof value === 'object' && value !== null) {
    const fields = value as Fields
    const { resourceType } = fields
    const isOwn = typeof resourceType === 'string' && name !== 'contained'
    yield* danglingAmong(fields, path || String(resourceType), isOwn ? containedIn(fields) : there)
  }
}

function* danglingAmong(fields: Fields, path: string, there: ReadonlySet<string>) {
  const { reference } = fields
  if (typeof reference === 'string' && reference.startsWith('#') && !there.has(reference)) {
    const message = 'The reference points at a contained resource that is not there. (ref-1)'
    yield { code: 'invariant', message, expression: path } as const
  }
  for (const [name, each] of Object.entries(fields)) {
    if (typeof each === 'object') yield* danglingAt(each, name, `${path}.${name}`, there)
  }
}

function containedIn({ contained }: Fields): ReadonlySet<string> {
  const ids = Array.isArray(contained) ? contained.map(({ id }: Fields) => `#${id}`) : []
  return new Set(['#', ...ids])
}
