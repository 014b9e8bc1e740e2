import { Problem } from '../../fhir/problem.ts'

/**
 * An HL7 v2 message as ER7 has it, read without touching a character of its values.
 * Source: HL7 v2.5.1 chapter 2, 2.5–2.7; https://www.hl7.org/implement/standards/product_brief.cfm?product_id=144
 */
export interface Message {
  readonly segments: readonly Segment[]
  readonly separators: Separators
}

/** Field, component, repetition, escape and subcomponent separators, in that order: `|^~\&`. */
export interface Separators {
  readonly field: string
  readonly component: string
  readonly repetition: string
  readonly escape: string
  readonly subcomponent: string
}

export interface Segment {
  /** `PID`. */
  readonly name: string
  /** The repetitions of field n, numbered as the standard does; empty for a field that isn't there. */
  repetitions(field: number): readonly Field[]
  /** The first repetition of field n. */
  field(field: number): Field
}

/** One repetition of a field: components and subcomponents, numbered from 1. */
export interface Field {
  /** The text of a component (its first subcomponent), escapes resolved; `undefined` where it's empty or `""`. */
  text(component?: number, subcomponent?: number): string | undefined
  /** All of it as one text, components as they stood: for values whose structure isn't known. */
  whole(): string | undefined
  /** Whether it says `""`: what was there is to be removed. */
  readonly isNull: boolean
}

/**
 * Reads a message. Segments end with CR; LF and CR LF, which some senders use, are taken too.
 *
 * @throws Problem `structure` for what isn't an HL7 v2 message
 */
export function parseMessage(text: string): Message {
  if (!/^MSH[^\w\s]/.test(text))
    throw new Problem('structure', 'The message does not begin with MSH')
  const separators = separatorsOf(text)
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line !== '')
  const segments = lines.map((line) => {
    if (!/^[A-Z][A-Z0-9]{2}$/.test(line.slice(0, 3)) || !isEnd(line, separators)) {
      throw new Problem('structure', 'A line of the message is not a segment')
    }
    return segmentOf(line, separators)
  })
  return { segments, separators }
}

/** Every segment of a name. */
export const segmentsOf = ({ segments }: Message, name: string): readonly Segment[] =>
  segments.filter((each) => each.name === name)

const isEnd = (line: string, { field }: Separators) => line.length === 3 || line[3] === field

function separatorsOf(text: string): Separators {
  const field = text[3] ?? '|'
  const [component = '^', repetition = '~', mark = '\\', subcomponent = '&'] = [
    ...(text.slice(4).split(field, 1)[0] ?? ''),
  ]
  return { field, component, repetition, escape: mark, subcomponent }
}

/** In MSH the separator is itself field 1, and field 2 holds the others, which separate nothing there. */
function segmentOf(line: string, separators: Separators): Segment {
  const [name = '', ...rest] = line.split(separators.field)
  const fields = name === 'MSH' ? [separators.field, ...rest] : rest
  const repetitions = (number: number): readonly Field[] => {
    const text = fields[number - 1]
    if (text === undefined || text === '') return []
    const isOpaque = name === 'MSH' && number <= 2
    const each = isOpaque ? [text] : text.split(separators.repetition)
    return each.map((one) => fieldOf(one, separators))
  }
  return { name, repetitions, field: (number) => repetitions(number)[0] ?? fieldOf('', separators) }
}

function fieldOf(raw: string, separators: Separators): Field {
  const resolve = (text: string | undefined) =>
    text === undefined || text === '' || text === '""'
      ? undefined
      : resolveEscapes(text, separators)
  return {
    text(component = 1, subcomponent = 1) {
      const found = raw.split(separators.component)[component - 1]
      return resolve(found?.split(separators.subcomponent)[subcomponent - 1])
    },
    whole: () => resolve(raw),
    isNull: raw === '""',
  }
}

/**
 * Resolves escapes: separators, hexadecimal bytes and the line breaks of formatted text. Highlighting says nothing of its
 * own and goes; an escape that isn't known stays as it stood. Source: v2.5.1, 2.7.
 */
function resolveEscapes(text: string, separators: Separators): string {
  const { escape: mark, field, component, repetition, subcomponent } = separators
  if (!text.includes(mark)) return text
  const meanings: Readonly<Record<string, string>> = {
    F: field,
    S: component,
    T: subcomponent,
    R: repetition,
    E: mark,
    H: '',
    N: '',
    '.br': '\n',
    '.sp': '\n',
    '.ce': '\n',
  }
  const parts = text.split(mark)
  let result = parts[0] ?? ''
  for (let at = 1; at < parts.length; at += 2) {
    const code = parts[at] ?? ''
    const isClosed = at + 1 < parts.length
    const meaning = isClosed ? (meanings[code] ?? formatted(code)) : undefined
    result += meaning ?? `${mark}${code}${isClosed ? mark : ''}`
    result += parts[at + 1] ?? ''
  }
  return result
}

/** `\X0D0A\` is bytes, `\.sp2\` two line breaks, `\.in4\` and its like lay out text and are left out. */
function formatted(code: string): string | undefined {
  if (/^X([0-9A-F]{2})+$/i.test(code)) return Buffer.from(code.slice(1), 'hex').toString('latin1')
  const breaks = /^\.sp\+?(\d{1,2})$/.exec(code)?.[1]
  if (breaks !== undefined) return '\n'.repeat(Number(breaks))
  return /^\.(in|ti|sk)[+-]?\d{1,2}$|^\.(fi|nf)$/.test(code) ? '' : undefined
}
