/** A build with one fault in it, which the row's tests must catch. */
export interface BrokenBuild {
  readonly file: string
  /** Stands once in the file. */
  readonly find: string
  readonly put: string
}

/** A row of the threat table: with the fault that shows that its tests bite, or with why there is nothing to attack yet. */
export type AttackRow =
  | { readonly row: string; readonly threat: string; readonly broken: BrokenBuild }
  | {
      readonly row: string
      readonly threat: string
      readonly noSurface: string
      /**
       * What would open the surface, asked below a region: refused as long as there is none. Who adds it finds this test
       * red, and writes the row.
       */
      readonly refused?: readonly string[]
    }
