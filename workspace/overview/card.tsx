import type { ReactNode } from 'react'
import { refusalWords } from '../api/http.ts'
import { Icon } from '../frame/icons.tsx'
import { isAllShown, PART_WORDS, type PartName, type PatientRecord } from '../patient/record.ts'

/** A card: its heading, how much, and what can be done with it. */
export function Card({
  title,
  meta,
  end,
  grow,
  wide,
  children,
}: {
  readonly title: string
  readonly meta?: string | undefined
  readonly end?: ReactNode
  readonly grow?: true
  readonly wide?: true
  readonly children: ReactNode
}) {
  const kind = ['card', grow && 'grow', wide && 'wide'].filter(Boolean).join(' ')
  return (
    <section className={kind} aria-label={title}>
      <CardHead title={title} meta={meta} end={end} />
      {children}
    </section>
  )
}

/** The heading alone, for a card with two parts. */
export function CardHead({
  title,
  meta,
  end,
}: {
  readonly title: string
  readonly meta?: string | undefined
  readonly end?: ReactNode
}) {
  return (
    <header>
      <h2>{title}</h2>
      {meta && <span className="meta">{meta}</span>}
      {end && <span className="end">{end}</span>}
    </header>
  )
}

/**
 * What a card shows when the parts it rests on are under way, failed, or are only the newest of more.
 * A part that failed is named, whatever else there is to show.
 */
export function Body({
  record,
  of,
  empty,
  isEmpty,
  children,
}: {
  readonly record: PatientRecord
  readonly of: readonly PartName[]
  /** What was looked for and not found, in a sentence. Where not all is shown, it's said of what is. */
  readonly empty: string
  readonly isEmpty: boolean
  readonly children: ReactNode
}) {
  const { parts } = record
  if (of.every((name) => parts[name] === undefined)) return <Bars />
  const faults = of.flatMap((name) => {
    const part = parts[name]
    if (part?.ok && part.isCut) return [{ name, why: 'kunde inte hämtas till slut', isPart: true }]
    return part && !part.ok ? [{ name, why: refusalWords(part.status), isPart: false }] : []
  })
  const hasCome = of.every((name) => parts[name]?.ok)
  return (
    <>
      {faults.map(({ name, why, isPart }) => (
        <p className="fault" key={name} role="status">
          <Icon name="alert" />
          <span>
            <b>{capital(PART_WORDS[name])}</b> {why}.
            {(isPart || faults.length < of.length) && ' Listan är inte hel.'}
          </span>
        </p>
      ))}
      {!isEmpty && children}
      {isEmpty && hasCome && <p className="empty">{emptyWords(empty, isAllShown(record, of))}</p>}
    </>
  )
}

/** `Inga diagnoser.`, or of a part of the record `Inga diagnoser i det som visas.` */
const emptyWords = (sentence: string, isAll: boolean) =>
  isAll || sentence === '' ? sentence : sentence.replace(/\.$/, ' i det som visas.')

const capital = (text: string) => text.charAt(0).toLocaleUpperCase('sv') + text.slice(1)

/** Grey bars where the rows will be; they appear only when the answer takes its time. */
function Bars() {
  return (
    <p className="bars">
      <span className="heard">Hämtar …</span>
      <i />
      <i />
      <i />
      <i />
    </p>
  )
}
