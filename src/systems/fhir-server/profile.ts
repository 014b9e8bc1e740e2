import type { HsaId } from '../../fhir/sight.ts'
import type { TlsOptions } from './http-client.ts'
import type { ProductRules } from './product-rules.ts'

/** A region's FHIR server as it is known to us. */
export interface FhirServerProfile {
  /** The record system's name, such as the region's id. */
  readonly name: string
  /** What people call it, shown where it didn't answer: `Cosmic Örebro`. */
  readonly source: string
  readonly product: ProductRules
  /** Base of its FHIR API, without a slash at the end. */
  readonly url: string
  readonly token: TokenSettings
  readonly tls?: TlsOptions
  /** The provider that keeps the population's demographic data: the region itself. */
  readonly provider: HsaId
  readonly units: readonly { readonly hsaId: HsaId; readonly provider: HsaId }[]
  /**
   * The origin of records whose care unit can't be found out. Without it such records are left out, and it's said how
   * many: whether a block closes them can't be judged (PDL 4:4).
   */
  readonly unknownUnit?: { readonly unit: HsaId; readonly provider: HsaId }
  /** Milliseconds that one question may take, its further pages included. */
  readonly deadline: number
  /** The most bytes of one page. */
  readonly maxBytes: number
  /** Milliseconds that an answer is used again, so that a patient's page is one question of each kind. */
  readonly freshness: number
}

/** OAuth 2 client credentials. https://www.rfc-editor.org/rfc/rfc6749#section-4.4 */
export interface TokenSettings {
  readonly url: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scope: string
}
