/**
 * The ways a request can fail. Each is a FHIR issue type but for the last two, which are `not-supported` in an answer:
 * https://hl7.org/fhir/R4/valueset-issue-type.html
 */
export type ProblemCode =
  | 'invalid'
  | 'structure'
  | 'required'
  | 'value'
  | 'invariant'
  | 'code-invalid'
  | 'business-rule'
  | 'not-supported'
  | 'not-found'
  | 'deleted'
  | 'login'
  | 'forbidden'
  | 'conflict'
  | 'duplicate'
  | 'multiple-matches'
  | 'too-long'
  | 'too-costly'
  | 'throttled'
  | 'lock-error'
  | 'transient'
  | 'not-acceptable'
  | 'unsupported-media'

/** One thing that is wrong, with where it is. */
export interface Issue {
  readonly code: ProblemCode
  /** For people; never holds patient data, nor what they typed. */
  readonly message: string
  /** FHIRPath of the element at fault, such as `Patient.name[0].family`. */
  readonly expression?: string
}

/**
 * A failure the caller may be told about. `message` is shown to people, so it never holds patient data.
 * Anything else that is thrown is a defect: the edge answers 500 and names only a log line.
 */
export class Problem extends Error {
  readonly code: ProblemCode
  /** FHIRPath of the element at fault, such as `Observation.value`. */
  readonly expression: string | undefined
  /** Everything that was wrong, where there is more than one thing; the first is the Problem itself. */
  readonly issues: readonly Issue[]
  /** Seconds until it is worth trying again, where that is known. */
  readonly retryAfter: number | undefined

  constructor(
    code: ProblemCode,
    message: string,
    options: {
      expression?: string
      cause?: unknown
      issues?: readonly Issue[]
      retryAfter?: number
    } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'Problem'
    this.code = code
    this.expression = options.expression
    this.retryAfter = options.retryAfter
    this.issues = options.issues ?? [
      { code, message, ...(options.expression && { expression: options.expression }) },
    ]
  }
}
