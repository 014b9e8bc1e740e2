import { type CheckItem, explanationWords, momentOf, OUTCOME_WORDS, signWords } from './review.ts'
import type { Person } from './review-client.ts'

/** The items of a check; the chosen one is marked, and each is chosen by its button. */
export function ItemTable({
  items,
  isRanked,
  people,
  chosen,
  onChoose,
}: {
  readonly items: readonly CheckItem[]
  readonly isRanked: boolean
  readonly people: ReadonlyMap<string, Person>
  readonly chosen: number
  readonly onChoose: (number: number) => void
}) {
  return (
    <div className="scroll">
      <table className="people items">
        <caption className="heard">
          {isRanked ? 'Åtkomster, den mest avvikande först' : 'Åtkomster i stickprovet'}
        </caption>
        <thead>
          <tr>
            <th scope="col">Nr</th>
            <th scope="col">Medarbetare</th>
            <th scope="col">Patient</th>
            <th scope="col">Varför</th>
            <th scope="col">Bedömning</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.number} aria-current={item.number === chosen || undefined}>
              <td className="num">{item.number}</td>
              <th scope="row" className="wraps">
                <button
                  type="button"
                  className="link"
                  aria-pressed={item.number === chosen}
                  onClick={() => onChoose(item.number)}
                >
                  {item.name}
                </button>
                <small>
                  {[item.title, item.unitName ?? item.unit].filter(Boolean).join(' · ')}
                </small>
              </th>
              <td className="wraps">
                {people.get(item.patient)?.name ?? '…'}
                <small className="num">{momentOf(item.first)}</small>
              </td>
              <td className="wraps">
                <Why item={item} />
              </td>
              <td className="wraps">
                <Outcome item={item} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** What makes an access worth a look, and what accounts for it. */
export function Why({ item }: { readonly item: CheckItem }) {
  const [signs, explanations] = [signWords(item), explanationWords(item)]
  if (signs.length + explanations.length === 0) return <span className="quiet">oförklarad</span>
  return (
    <span className="why">
      {signs.map((words) => (
        <span key={words} className="chip small warning">
          {words}
        </span>
      ))}
      {explanations.map((words) => (
        <span key={words} className="chip small calm">
          {words}
        </span>
      ))}
    </span>
  )
}

const CHIPS = {
  justified: 'calm',
  question: 'warning',
  unjustified: 'urgent',
  reported: 'critical',
}

function Outcome({ item: { outcome } }: { readonly item: CheckItem }) {
  if (outcome === null) return <span className="quiet">inte bedömd</span>
  return <span className={`chip small ${CHIPS[outcome]}`}>{OUTCOME_WORDS[outcome]}</span>
}
