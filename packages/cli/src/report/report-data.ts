/**
 * What stands in the page: the summary with every name written once, because 5,000 clients repeat the same 300 scopes.
 * Numbers that name something are positions in the lists here.
 */
export interface ReportData {
  readonly title: string
  /** ISO 8601, here and below. */
  readonly writtenAt: string
  readonly from: string
  readonly to: string
  readonly issuers: readonly string[]
  readonly scopes: readonly string[]
  readonly codes: readonly CodeRow[]
  readonly routes: readonly RouteRow[]
  readonly clients: readonly ClientRow[]
  readonly refused: readonly RefusedRow[]
  readonly overflow: { readonly requests: number; readonly denied: number }
}

export interface CodeRow {
  readonly code: string
  readonly status: number | null
  readonly remedy: string
}

export interface RouteRow {
  readonly method: string
  /** `null` where the host did not know it. */
  readonly path: string | null
  readonly requirement: string
  readonly requests: number
  readonly denied: number
}

export interface ClientRow {
  readonly issuer: number
  readonly id: string
  readonly from: string
  readonly to: string
  readonly isComplete: boolean
  readonly requests: number
  readonly denied: number
  readonly granted: readonly number[]
  readonly used: readonly number[]
  readonly least: readonly number[]
  readonly uses: readonly (readonly [route: number, count: number, used: readonly number[]])[]
  readonly denials: readonly (readonly [route: number, code: number, missing: readonly number[], count: number])[]
}

/** A request without a genuine token. */
export interface RefusedRow {
  /** `null` where it is not known. */
  readonly issuer: number | null
  readonly route: number
  readonly code: number
  readonly count: number
}
