import { Icon } from '../frame/icons.tsx'
import { Source } from '../sources/source.tsx'
import type { MedicationList, MedicationRow } from './medications.ts'
import type { MedicationWarning } from './warnings.ts'

/** The warnings, above the list so that they are read first. */
export function MedicationWarnings({
  warnings,
}: {
  readonly warnings: readonly MedicationWarning[]
}) {
  return warnings.map(({ title, text }) => (
    <p className="fault" key={title + text}>
      <Icon name="alert" />
      <span>
        <b>{title}:</b> {text}
      </span>
    </p>
  ))
}

/** What the patient takes, with doses by time of day. */
export function MedicationTable({ list }: { readonly list: MedicationList }) {
  return (
    <table className="medications">
      <caption className="heard">Aktuella läkemedel med dos morgon, middag, kväll och natt</caption>
      <thead>
        <tr>
          <th scope="col">Läkemedel</th>
          <DoseHeads />
        </tr>
      </thead>
      <tbody>
        {list.rows.map((row) => (
          <Row key={row.id} row={row} />
        ))}
      </tbody>
    </table>
  )
}

/** Morning, noon, evening, night: as Swedish medication lists write them. */
const DOSE_NAMES = [
  ['M', 'morgon'],
  ['M', 'middag'],
  ['K', 'kväll'],
  ['N', 'natt'],
] as const

/** The heads of the four dose columns. */
export function DoseHeads() {
  return DOSE_NAMES.map(([letter, word]) => (
    <th scope="col" className="dose" key={word}>
      <abbr title={word}>{letter}</abbr>
    </th>
  ))
}

function Row({ row }: { readonly row: MedicationRow }) {
  const hasDoses = row.doses !== undefined || row.group === 'Pausade'
  return (
    <tr className={row.group === 'Pausade' ? 'paused' : undefined}>
      <th scope="row" colSpan={hasDoses ? 1 : 5}>
        <span className="drug">
          <MedicationName row={row} />
          <Tag row={row} />
          <Source id={row.id} />
          {row.saysMore && <span className="dim">{row.text}</span>}
        </span>
      </th>
      {hasDoses && <Doses row={row} />}
    </tr>
  )
}

/** The product, its name in weight; nothing of it is ever cut. */
export function MedicationName({ row: { name, strength } }: { readonly row: MedicationRow }) {
  return (
    <span>
      <b>{name}</b> <span className="quiet">{strength}</span>
    </span>
  )
}

/** What is special with a prescription now. */
export function Tag({ row: { tag, unit } }: { readonly row: MedicationRow }) {
  if (!tag) return unit ? <span className="dim tag">{unit}</span> : null
  if (tag.kind === 'quiet') return <span className="dim tag">{tag.text}</span>
  return <span className={`chip small tag ${tag.kind}`}>{tag.text}</span>
}

/** Four cells. A paused drug has none of its doses given. */
export function Doses({ row: { doses, group } }: { readonly row: MedicationRow }) {
  const shown = group === 'Pausade' ? ['–', '–', '–', '–'] : (doses ?? [])
  return DOSE_NAMES.map(([, word], index) => (
    <td key={word} className={/^[0–]$/.test(shown[index] ?? '') ? 'dose num none' : 'dose num'}>
      {shown[index]}
    </td>
  ))
}
