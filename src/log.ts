import { pino } from 'pino'

/**
 * What the operations log can say: closed, typed, and without a place for patient data or free text.
 * The access log is something else and belongs to `law/`.
 */
export type OperationEvent =
  | { readonly event: 'started'; readonly port: number; readonly ms: number }
  | { readonly event: 'stopping' }
  | {
      readonly event: 'request'
      readonly interaction: string
      readonly region: string
      readonly type: string
      readonly status: number
      readonly ms: number
    }
  | {
      readonly event: 'defect'
      readonly request: string
      /** Where in our own code it was thrown; never the message, which may hold anything. */
      readonly where: string
      readonly name: string
    }
  /** The access log is not being sealed: its database doesn't answer, or it no longer holds what was sealed. */
  | { readonly event: 'not-sealed'; readonly why: 'log-changed' | 'database-away' }
  /** A care provider's log reviewers have something to look at. Who it's about is on their page alone. */
  | {
      readonly event: 'alert'
      readonly kind: 'emergency' | 'block-lifted' | 'look-ups'
      readonly region: string
      readonly provider: string
      readonly id: string
    }
  | { readonly event: 'maintenance'; readonly what: string; readonly ms: number }

/** A defect as an event: the error's name and the first place in our own code; never its message, which may hold anything. */
export function defectOf(request: string, thrown: unknown): OperationEvent {
  const name = thrown instanceof Error ? thrown.name : typeof thrown
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : ''
  const where = /\/(src\/[\w/.-]+:\d+)/.exec(stack)?.[1] ?? 'outside our own code'
  return { event: 'defect', request, name, where }
}

/** Where events go. */
export interface Events {
  emit(event: OperationEvent): void
}

/** The operations log as JSON lines on standard error. */
export function createEvents(): Events {
  const logger = pino({ base: null }, pino.destination({ dest: 2, sync: false }))
  return { emit: (event) => logger.info(event) }
}
