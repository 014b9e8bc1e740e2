import { plainHyphens } from '../personnummer.ts'

/** Two dates, both included; empty: no limit. */
export interface Period {
  readonly from: string
  readonly to: string
}

/** From when to when something was noted. */
export function PeriodFields({
  words,
  period: { from, to },
  onChange,
}: {
  readonly words: string
  readonly period: Period
  readonly onChange: (period: Period) => void
}) {
  return (
    <fieldset className="between">
      <legend>{words}</legend>
      <DateField
        words="Från och med"
        date={from}
        onChange={(date) => onChange({ from: date, to })}
      />
      <DateField words="till och med" date={to} onChange={(date) => onChange({ from, to: date })} />
    </fieldset>
  )
}

/** A date as it is written in Sweden. The browser's own field follows the browser's language, which may be another. */
export function DateField({
  words,
  date,
  onChange,
}: {
  readonly words: string
  readonly date: string
  readonly onChange: (date: string) => void
}) {
  return (
    <label className="date-field">
      {words}{' '}
      <input
        value={date}
        size={11}
        inputMode="numeric"
        autoComplete="off"
        placeholder="åååå-mm-dd"
        pattern="\d{4}-\d{2}-\d{2}"
        title="Skriv datumet som 2026-11-24"
        onChange={({ target }) => onChange(plainHyphens(target.value.trim()))}
      />
    </label>
  )
}
