/**
 * The ways in which a source goes wrong: `slow` answers late, `hung` never, `fault` with a SOAP fault, `truncated` stops
 * in the middle, `lying` answers about another patient, `down` doesn't take the call, `error` with an error result,
 * `garbage` with a gateway's page.
 */
export type FaultMode =
  | 'none'
  | 'slow'
  | 'hung'
  | 'fault'
  | 'truncated'
  | 'lying'
  | 'down'
  | 'error'
  | 'garbage'

/** Milliseconds that a slow source takes. */
export const SLOW = 1_500
