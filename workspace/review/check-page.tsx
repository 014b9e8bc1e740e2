import { useCallback, useEffect, useMemo, useState } from 'react'
import { type Shortcut, useShortcuts } from '../frame/shortcuts.ts'
import type { Session } from '../login/session.ts'
import { Card } from '../overview/card.tsx'
import { periodWords } from './checks-page.tsx'
import { ItemPanel } from './item-panel.tsx'
import { ItemTable } from './item-table.tsx'
import { KIND_WORDS, nextUndecided } from './review.ts'
import {
  type CheckWithItems,
  decideItem,
  loadCheck,
  loadPeople,
  type Person,
  reviewFailure,
} from './review-client.ts'

/** One check: its items beside what is behind the chosen one, and the reviewer's decision. */
export function CheckPage({ session, id }: { readonly session: Session; readonly id: string }) {
  const { check, people, failure, show } = useCheck(session, id)
  const [chosen, setChosen] = useState(1)
  const [after, setAfter] = useState<number>()
  const items = check?.items ?? []
  const item = items.find(({ number }) => number === chosen)
  const keys = useMemo((): Shortcut[] => {
    const step = (by: number) =>
      setChosen((at) => Math.min(Math.max(1, at + by), Math.max(1, items.length)))
    return [
      { key: 'j', words: 'Nästa åtkomst', run: () => step(1) },
      { key: 'k', words: 'Föregående åtkomst', run: () => step(-1) },
    ]
  }, [items.length])
  useShortcuts(keys)

  if (failure) return <p className="failure">{failure}</p>
  if (!check) return <p className="empty bars">Hämtar kontrollen …</p>
  return (
    <>
      <p className="quiet">
        <b>{KIND_WORDS[check.kind]}</b> {periodWords(check)} · {check.size} av {check.population}{' '}
        besök i journaler · {check.decided} bedömda
        {check.kind === 'sample' && <> · frö {check.seed}</>}
      </p>
      {items.length === 0 ? (
        <p className="empty">Inget i loggen under tiden avviker. Alla åtkomster är förklarade.</p>
      ) : (
        <div className="review-columns even">
          <Card title="Åtkomster" meta="J och K flyttar">
            <ItemTable
              items={items}
              isRanked={check.kind === 'suspicion'}
              people={people}
              chosen={chosen}
              onChoose={setChosen}
            />
          </Card>
          {item && (
            <ItemPanel
              key={`${item.number} ${item.decidedAt}`}
              session={session}
              check={check}
              item={item}
              person={people.get(item.patient)}
              takesFocus={after === item.number}
              onDecide={async (found) => {
                const decided = await decideItem(session, check, item.number, found)
                const next = nextUndecided(decided.items, item.number)?.number ?? item.number
                show(decided)
                setChosen(next)
                setAfter(next)
              }}
            />
          )}
        </div>
      )}
    </>
  )
}

function useCheck(session: Session, id: string) {
  const [check, setCheck] = useState<CheckWithItems>()
  const [people, setPeople] = useState<ReadonlyMap<string, Person>>(new Map())
  const [failure, setFailure] = useState<string>()
  const show = useCallback((loaded: CheckWithItems) => setCheck(loaded), [])
  useEffect(() => {
    const told = (cause: unknown) => setFailure(reviewFailure(cause))
    loadCheck(session, id)
      .then(async (loaded) => {
        setCheck(loaded)
        const ids = loaded.items.map(({ patient }) => patient)
        if (ids.length > 0) setPeople(await loadPeople(session, { ids }))
      })
      .catch(told)
  }, [session, id])
  return { check, people, failure, show }
}
