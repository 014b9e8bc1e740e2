import { type Issue, Problem, type ProblemCode } from '../fhir/problem.ts'

const STATUS: Record<ProblemCode, number> = {
  invalid: 400,
  structure: 400,
  required: 400,
  value: 400,
  invariant: 400,
  'code-invalid': 400,
  'not-supported': 400,
  'business-rule': 422,
  'too-costly': 422,
  login: 401,
  forbidden: 403,
  'not-found': 404,
  duplicate: 409,
  deleted: 410,
  conflict: 412,
  'multiple-matches': 412,
  'not-acceptable': 406,
  'lock-error': 409,
  'too-long': 413,
  'unsupported-media': 415,
  throttled: 429,
  transient: 503,
}

/** An answer that says what went wrong. */
export interface OutcomeAnswer {
  readonly status: number
  readonly body: string
  /** Seconds, for the header of that name. */
  readonly retryAfter?: number
}

/** The HTTP status and OperationOutcome of whatever was thrown. The only place that knows both. */
export function outcomeOf(thrown: unknown, requestId: string): OutcomeAnswer {
  const problem = thrown instanceof Problem ? thrown : fromFramework(thrown)
  if (problem) {
    const { code, issues, retryAfter = code === 'transient' ? 1 : undefined } = problem
    const answer = { status: STATUS[code], body: outcome(issues) }
    return retryAfter === undefined ? answer : { ...answer, retryAfter }
  }
  return {
    status: 500,
    body: outcome([{ code: 'exception', message: `Internal error, see log ${requestId}` }]),
  }
}

/** An outcome that says that all is well, for those who prefer one to the resource. */
export function goodOutcome(message: string): Buffer {
  const issue = [{ severity: 'information', code: 'informational', details: { text: message } }]
  return Buffer.from(JSON.stringify({ resourceType: 'OperationOutcome', issue }))
}

/** What Fastify itself refuses: a body too large, an address that can't be decoded. */
function fromFramework(thrown: unknown): Problem | undefined {
  const status = (thrown as { statusCode?: unknown }).statusCode
  if (status === 413) return new Problem('too-long', 'The body is larger than is taken')
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new Problem('invalid', 'The request could not be read')
  }
  return undefined
}

/** What HTTP tells apart and FHIR doesn't. */
const ISSUE_TYPE: Partial<Record<string, string>> = {
  'not-acceptable': 'not-supported',
  'unsupported-media': 'not-supported',
}

function outcome(
  issues: readonly (Omit<Issue, 'code'> & { readonly code: ProblemCode | 'exception' })[],
): string {
  return JSON.stringify({
    resourceType: 'OperationOutcome',
    issue: issues.map(({ code, message, expression }) => ({
      severity: 'error',
      code: ISSUE_TYPE[code] ?? code,
      details: { text: message },
      ...(expression && { expression: [expression] }),
    })),
  })
}
