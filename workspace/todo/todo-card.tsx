import { useState } from 'react'
import { Refusal, refusalWords } from '../api/http.ts'
import { Icon } from '../frame/icons.tsx'
import { tellFailure } from '../frame/status.tsx'
import type { Asker } from '../patient/record.ts'
import { scopeOf } from '../sources/scope.ts'
import { tick } from './tick.ts'
import type { TodoItem } from './todo.ts'

/** What is to be done, what is late first. What is ticked stays until the record is opened again, so that it can be taken back. */
export function TodoList({
  items,
  by,
  isOpen,
}: {
  readonly items: readonly TodoItem[]
  /** Whether the record that the items are of is still what the screen shows. */
  readonly isOpen: () => boolean
  readonly by: Omit<Asker, 'signal'>
}) {
  const [done, setDone] = useState<ReadonlySet<string>>(new Set())
  const onTick = (item: TodoItem) => {
    const isDone = !done.has(item.id)
    setDone(toggled(done, item.id))
    tick(by, item, isDone).catch((cause: unknown) => {
      setDone((now) => toggled(now, item.id))
      // Whoever's record is open by then, it isn't said to be theirs.
      tellFailure(
        isOpen()
          ? `${item.text}: ${failureWords(cause)}`
          : 'Något du bockade av i en journal som du har lämnat sparades inte. Öppna den igen.',
      )
    })
  }
  return (
    <ul className="todo">
      {items.map((item) => (
        <Row
          key={item.id}
          item={item}
          isDone={done.has(item.id)}
          onTick={scopeOf(by.session) === 'own' ? () => onTick(item) : undefined}
        />
      ))}
    </ul>
  )
}

function Row({
  item: { text, due, isLate },
  isDone,
  onTick,
}: {
  readonly item: TodoItem
  readonly isDone: boolean
  /** `undefined` where nothing is written: all regions together are read. */
  readonly onTick: (() => void) | undefined
}) {
  const words = <span className={isLate && !isDone ? 'late' : undefined}>{text}</span>
  return (
    <li className={isDone ? 'done' : undefined}>
      {onTick ? (
        <label>
          <input type="checkbox" checked={isDone} onChange={onTick} />
          {words}
        </label>
      ) : (
        words
      )}
      <span className="space" />
      {due && !isDone && (
        <span className={isLate ? 'chip warning small' : 'dim num'}>
          {isLate && <Icon name="clock" />}
          {due}
        </span>
      )}
    </li>
  )
}

function toggled(all: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return all.has(id) ? new Set([...all].filter((each) => each !== id)) : new Set([...all, id])
}

function failureWords(cause: unknown): string {
  const status = cause instanceof Refusal ? cause.status : 0
  // RFC 6902: what the test says is not so any more.
  if (status === 409 || status === 412 || status === 422)
    return 'ändrad av någon annan. Öppna journalen igen.'
  return status === 403 || status === 404 || status === 405
    ? 'kan inte ändras i ditt uppdrag.'
    : `${refusalWords(status)}. Ingenting är sparat.`
}
