import type { Change, RecordSystem, ResourceKey } from '../../fhir/record-system.ts'
import type { ValidResource } from '../../fhir/validation/valid-resource.ts'

/** What a source doesn't tell of a type. */
export interface Lack {
  /** The element: `Condition.clinicalStatus`. */
  readonly element: string
  /** What that means for care, in Swedish. */
  readonly means: string
}

/** A system that a region runs already, as far as it can be written to. Without these it is read alone. */
export interface LegacySystem extends RecordSystem {
  /** Why a change isn't taken natively; `undefined`: it is. Asks nobody. */
  objection?(change: Change): string | undefined
  /**
   * Resources with the same content that came to be at or after a time: whether something that was sent has arrived.
   * @param since ms since 1970
   * @throws Problem `transient` when that can't be told
   */
  findSame?(resource: ValidResource, since: number): Promise<readonly ResourceKey[]>
  /**
   * The id that whoever has a personnummer or samordningsnummer has there; `undefined` for nobody.
   * @throws Problem `transient` when that can't be told
   */
  patientOf?(number: string): Promise<string | undefined>
  /**
   * Whether it's there, asked about nobody: what it says that it is, `Melior 216`, where it does.
   * @throws Problem `transient` when it doesn't answer
   */
  ping?(): Promise<string | undefined>
  /** What its source doesn't tell of the types that it has, as elements. */
  readonly lacks?: readonly Lack[]
  /** Ends its connections. */
  close?(): void
}
