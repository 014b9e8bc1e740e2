import type { Denial } from './rules/rules.ts'

/** A decision by the inspectorate that a record is to be destroyed, wholly or in part. */
export interface DestructionOrder {
  readonly authority: 'IVO' | string
  /** The decision's number. */
  readonly number: string
  readonly patient: string
}

/**
 * Nothing in a record is erased or made unreadable, but by the order of the inspectorate (IVO) about that patient. There is
 * no other way: a deletion through the API only adds a version that says so.
 *
 * Source: PDL 8 kap. 4 § and 3 kap. 14 §.
 */
export function destruction(
  patient: string,
  order: DestructionOrder | undefined,
): Denial | undefined {
  if (order?.authority === 'IVO' && order.number !== '' && order.patient === patient) {
    return undefined
  }
  return {
    paragraph: 'PDL 8:4',
    reason: 'Only the inspectorate can order that records be destroyed',
  }
}
