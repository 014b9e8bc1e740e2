import { createElement, type ReactNode } from 'react'

/** What a note may be built of; all else is shown as its text alone. Source: FHIR R4, Narrative. */
const KEPT = new Set([
  'p',
  'br',
  'div',
  'span',
  'b',
  'strong',
  'i',
  'em',
  'u',
  'sub',
  'sup',
  'ul',
  'ol',
  'li',
  'dl',
  'dt',
  'dd',
  'table',
  'caption',
  'thead',
  'tbody',
  'tr',
  'th',
  'td',
  'pre',
  'blockquote',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
])

/** Headings of a note come below those of the page. */
const RENAMED: Readonly<Record<string, string>> = { h1: 'h4', h2: 'h4', h3: 'h4' }

/** The text of a note, built anew from elements that can do no harm. The characters are those that were written. */
export function Narrative({ div }: { readonly div: string }) {
  return <>{childrenOf(bodyOf(div))}</>
}

/** The paragraphs of a section, each as an entry of a list when there are several. */
export function NarrativeList({ div }: { readonly div: string }) {
  const lines = linesOf(div)
  if (lines.length < 2) return <p>{lines[0]}</p>
  return (
    <ul>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity and never move
        <li key={index}>{line}</li>
      ))}
    </ul>
  )
}

const bodyOf = (div: string) => new DOMParser().parseFromString(div, 'text/html').body

const BLOCKS = /^(p|div|li|ul|ol|tr|table|dl|dt|dd|pre|blockquote|h[1-6]|caption)$/

/** Each block's text on a line of its own, in order; none is left out. */
function linesOf(div: string): string[] {
  const text = textOf(bodyOf(div))
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
}

function textOf(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return (node.textContent ?? '').replaceAll('\n', ' ')
  const inner = [...node.childNodes].map(textOf).join('')
  const name = node instanceof Element ? node.tagName.toLowerCase() : ''
  if (name === 'br') return '\n'
  if (name === 'td' || name === 'th') return ` ${inner}`
  return BLOCKS.test(name) ? `\n${inner}\n` : inner
}

function childrenOf(node: Node): ReactNode[] {
  return [...node.childNodes].map((child, index) => {
    if (child.nodeType === Node.TEXT_NODE) return child.textContent
    if (!(child instanceof Element)) return null
    const name = child.tagName.toLowerCase()
    if (name === 'script' || name === 'style') return null
    if (name === 'img') return child.getAttribute('alt')
    if (name === 'br') return createElement('br', { key: index })
    if (!KEPT.has(name)) return childrenOf(child)
    const inner = childrenOf(child)
    return createElement(RENAMED[name] ?? name, { key: index }, ...inner)
  })
}
