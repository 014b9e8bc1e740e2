import { answerWords, type MapRow } from './regions.ts'

const TONES: Readonly<Record<string, string>> = {
  saknas: 'urgent',
  delvis: 'warning',
}

/** What care needs against the regions: how each has it. What it means stands in the region's own card. */
export function MapTable({
  regions,
  rows,
}: {
  readonly regions: readonly { readonly id: string; readonly name: string }[]
  readonly rows: readonly MapRow[]
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className="scroll" aria-label="Informationskarta, rullas i sidled" tabIndex={0}>
      <table className="people">
        <caption className="heard">Informationskarta: vad vården behöver och hur det finns</caption>
        <thead>
          <tr>
            <th scope="col">Vården behöver</th>
            <th scope="col">FHIR-resurs</th>
            <th scope="col">Täckning</th>
            {regions.map(({ id, name }) => (
              <th scope="col" key={id}>
                {name.replace(/^Region /, '')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ type, name, coverage, cells }) => (
            <tr key={type}>
              <th scope="row">{name}</th>
              <td>{type}</td>
              <td className="num">{coverage} %</td>
              {cells.map(({ region, entry }) => {
                const words = answerWords(entry)
                return (
                  <td key={region}>
                    <span className={`chip small ${TONES[words] ?? 'calm'}`}>{words}</span>
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
