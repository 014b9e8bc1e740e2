import type { IncomingHttpHeaders } from 'node:http'
import type { Keeper } from './keeper.ts'
import type { FhirProduct, Refusal } from './product.ts'
import type { Granted } from './tokens.ts'

/** A request as far as the product reads it. */
export interface Request {
  readonly method: string
  /** Whether it is the product's own tenant. */
  readonly isHere: boolean
  readonly path: string
  readonly parameters: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly granted: Granted | undefined
}

export interface Answer {
  readonly status: number
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What requests are answered with. */
export interface Responding {
  readonly product: FhirProduct
  readonly keeper: Keeper
  readonly contexts: Map<string, Paused>
  readonly base: string
  /** Whether it answers about another patient than was asked for. */
  readonly isLying: boolean
}

/** A search that has more pages. */
export interface Paused {
  readonly type: string
  readonly texts: readonly string[]
  readonly count: number
  readonly from: number
}

/** A refusal as an OperationOutcome. */
export function refused({ status, code, text, expression }: Refusal): Answer {
  const issue = {
    severity: 'error',
    code,
    details: { text },
    ...(expression && { expression: [expression] }),
  }
  return {
    status,
    body: JSON.stringify({ resourceType: 'OperationOutcome', issue: [issue] }),
  }
}
