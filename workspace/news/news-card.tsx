import { Fragment, useState } from 'react'
import { Icon } from '../frame/icons.tsx'
import { usePrinting } from '../frame/printing.ts'
import { Value } from '../results/figure.tsx'
import { Source } from '../sources/source.tsx'
import { momentText } from '../words.ts'
import type { NewsItem, NewValue } from './news.ts'

const FEW = 6

/** What has happened since the user last read. */
export function NewsList({ items }: { readonly items: readonly NewsItem[] }) {
  const [isOpened, setOpened] = useState(false)
  const showsAll = usePrinting() || isOpened
  const shown = showsAll ? items : items.slice(0, items.length === FEW + 1 ? FEW + 1 : FEW)
  return (
    <>
      <ul className="news list">
        {shown.map((item) => (
          <li key={`${item.kind} ${item.id}`}>
            <Icon name={item.kind} />
            <div>
              <span className="dim when">
                {[momentText(item.at), item.by].filter(Boolean).join(' · ')} <Source id={item.id} />
              </span>
              <What item={item} />
            </div>
          </li>
        ))}
      </ul>
      {shown.length < items.length && (
        <p className="more">
          <button type="button" className="link" onClick={() => setOpened(true)}>
            Visa {items.length - shown.length} till
          </button>
        </p>
      )}
    </>
  )
}

function What({ item: { kind, title, rest, values } }: { readonly item: NewsItem }) {
  if (kind === 'result') return <NewValues values={values} />
  return (
    <>
      <b>{title}</b>{' '}
      <span className="quiet">
        {kind === 'medication' && rest && '– '}
        {rest}
      </span>
    </>
  )
}

/** How many values of one answer are told here; all of them stand among the results. */
const FEW_VALUES = 3

function NewValues({ values }: { readonly values: readonly NewValue[] }) {
  const shown = values.slice(0, FEW_VALUES)
  return (
    <>
      {shown.map(({ name, value, mark, unit, before }, index) => (
        <Fragment key={name}>
          {index > 0 && ' · '}
          <span className={unit ? 'num' : undefined}>
            {name}
            {unit ? ' ' : ': '}
            <Value text={value} mark={mark} />{' '}
            <span className="quiet">
              {[unit, before && `(${before})`].filter(Boolean).join(' ')}
            </span>
          </span>
        </Fragment>
      ))}
      {values.length > shown.length && (
        <span className="quiet"> och {values.length - shown.length} avvikande till</span>
      )}
    </>
  )
}
