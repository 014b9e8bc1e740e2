import type { ElementPath, Step } from './element-path.ts'

/** What to do with each value at the end of a path. */
export interface Leaf {
  readonly path: ElementPath
  /** JavaScript statements, given the name of the variable that holds the value. */
  readonly write: (value: string) => string
}

interface Node {
  readonly leaves: Leaf['write'][]
  readonly children: Map<string, { readonly step: Step; readonly node: Node }>
}

/**
 * JavaScript statements that walk `resource` along every path and do what its leaf says: plain property access and
 * loops, each shared beginning walked once. A hundred times faster than to interpret FHIRPath.
 * Names and values come from our own table, whose grammar lets through letters, digits and hyphens.
 */
export function walkerSource(leaves: readonly Leaf[]): string {
  const root: Node = { leaves: [], children: new Map() }
  for (const { path, write } of leaves) path.steps.reduce(descend, root).leaves.push(write)
  let names = 0
  return statements(root, 'resource', () => `v${names++}`)
}

function descend(node: Node, step: Step): Node {
  const found = node.children.get(step.text)
  if (found !== undefined) return found.node
  const child: Node = { leaves: [], children: new Map() }
  node.children.set(step.text, { step, node: child })
  return child
}

function statements(node: Node, value: string, newName: () => string): string {
  const written = node.leaves.map((write) => write(value))
  const walked = [...node.children.values()].map((child) =>
    stepInto(child.step, child.node, value, newName),
  )
  return [...written, ...walked].join('\n')
}

function stepInto(step: Step, node: Node, parent: string, newName: () => string): string {
  const value = newName()
  const element = step.array ? newName() : value
  const inner = statements(node, element, newName)
  const { key, value: wanted } = step.where ?? { key: '', value: '' }
  const kept = step.where
    ? `if (${element}.${key} === ${JSON.stringify(wanted)}) {${inner}}`
    : inner
  const present = `if (${element} !== undefined && ${element} !== null) {${kept}}`
  const all =
    step.index === undefined
      ? `for (const ${element} of ${value}) {${present}}`
      : `{const ${element} = ${value}[${step.index}];${present}}`
  const body = step.array ? `if (${value} !== undefined && ${value} !== null) ${all}` : present
  return `{const ${value} = ${parent}.${step.keys[0]};${body}}`
}
