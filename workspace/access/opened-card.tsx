import { Card } from '../overview/card.tsx'
import { momentText } from '../words.ts'
import type { Opened } from './access.ts'
import { EndableTable } from './endable-table.tsx'

/** What the user has opened in this record, and can close before it closes by itself. */
export function OpenedCard({
  opened,
  onEnd,
}: {
  readonly opened: readonly Opened[]
  readonly onEnd: (opened: Opened) => void
}) {
  return (
    <Card title="Öppnat av dig" meta={`${opened.length}`}>
      {opened.length === 0 ? (
        <p className="empty">Du har inte öppnat något utöver det som din vårdrelation ger.</p>
      ) : (
        <EndableTable
          caption="Vad du har öppnat i journalen, och hur länge det gäller"
          heads={['Vad', 'Gäller till', 'Stäng']}
          rows={opened}
          keyOf={({ decision }) => decision}
          cells={(each) => (
            <>
              <th scope="row" className="wraps">
                {each.words}
                {each.ground && <small> {each.ground}</small>}
              </th>
              <td className="num">{each.until ? momentWords(each.until) : 'tills det stängs'}</td>
            </>
          )}
          end={{ words: 'Stäng', heard: ({ words }) => `Stäng: ${words}`, run: onEnd }}
        />
      )}
    </Card>
  )
}

/** `i dag 14:30` of an instant in UTC, where the user is. */
export function momentWords(instant: string): string {
  const local = new Date(instant)
  const date = local.toLocaleDateString('sv-SE')
  const clock = local.toLocaleTimeString('sv-SE', { hour: '2-digit', minute: '2-digit' })
  const today = new Date().toLocaleDateString('sv-SE')
  if (date > today) return `${date} ${clock}`
  return momentText(`${date}T${clock}`)
}
