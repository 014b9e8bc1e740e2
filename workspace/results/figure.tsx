import { Fragment } from 'react'

/** A number with a thin gap between thousands. The gap is drawn, not written: what is read out or copied is the number. */
export function Figure({ text }: { readonly text: string }) {
  const [, before = '', whole = '', rest = ''] = /^([<>≤≥=−+]*)(\d{4,})(\D.*)?$/.exec(text) ?? []
  if (!whole) return <>{text}</>
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, ' ').split(' ')
  return (
    <>
      {before}
      {groups.map((group, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the groups of a number never move
        <Fragment key={index}>
          {index < groups.length - 1 ? <span className="thousands">{group}</span> : group}
        </Fragment>
      ))}
      {rest}
    </>
  )
}

const SIGNS = { high: ['▲', 'högt'], low: ['▼', 'lågt'], abnormal: ['◆', 'avvikande'] } as const

/** A value with its mark: sign, weight, colour, and a word for those who listen. */
export function Value({
  text,
  mark,
}: {
  readonly text: string
  readonly mark: keyof typeof SIGNS | undefined
}) {
  if (!mark) return <Figure text={text} />
  const [sign, word] = SIGNS[mark]
  return (
    <span className={mark}>
      <Figure text={text} /> <span aria-hidden="true">{sign}</span>
      <span className="heard"> {word}</span>
    </span>
  )
}
