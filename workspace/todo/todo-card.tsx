import { Icon } from '../frame/icons.tsx'
import type { TodoItem } from './todo.ts'

/** What is to be done, what is late first. */
export function TodoList({ items }: { readonly items: readonly TodoItem[] }) {
  return (
    <ul className="todo">
      {items.map(({ id, text, due, isLate }) => (
        <li key={id}>
          <Icon name="task" />
          <span className={isLate ? 'late' : undefined}>{text}</span>
          <span className="space" />
          {due && (
            <span className={isLate ? 'chip warning small' : 'dim num'}>
              {isLate && <Icon name="clock" />}
              {due}
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}
