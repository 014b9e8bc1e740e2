import { ask } from '../api/http.ts'
import type { Asker } from '../patient/record.ts'
import type { TodoItem } from './todo.ts'

/**
 * Says that something is done, or is to be done after all. Refused where somebody else has changed it meanwhile.
 * Source: RFC 6902; https://hl7.org/fhir/R4/task.html#statemachine
 *
 * @throws Refusal
 */
export async function tick(
  { session, reason }: Omit<Asker, 'signal'>,
  { id }: TodoItem,
  isDone: boolean,
): Promise<void> {
  const [before, after] = isDone ? ['requested', 'completed'] : ['completed', 'requested']
  await ask(session, `/fhir/${session.region}/Task/${id}`, {
    method: 'PATCH',
    reason,
    body: [
      { op: 'test', path: '/status', value: before },
      { op: 'replace', path: '/status', value: after },
    ],
  })
}
