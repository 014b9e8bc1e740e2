/**
 * The ways in which a server goes wrong: `slow` answers late, `hung` never, `fault` with a 500, `truncated` stops in
 * the middle of its JSON, `lying` answers about another patient, `down` doesn't take the call, `garbage` with a
 * gateway's page, `refusing` takes no token.
 */
export type FaultMode =
  | 'none'
  | 'slow'
  | 'hung'
  | 'fault'
  | 'truncated'
  | 'lying'
  | 'down'
  | 'garbage'
  | 'refusing'

/** Milliseconds that a slow server takes. */
export const SLOW = 1_500
