/** How a token is made: an honest one of this signer, changed in this order. Plain data, so that fast-check can shrink it. */
export interface Recipe {
  /** Which of the honest signers. */
  readonly signer: number
  readonly changes: readonly Change[]
}

export type Part = 'header' | 'payload'

export type Change =
  /** In the place of what the honest token has there; `undefined` takes the member away. */
  | { readonly kind: 'member'; readonly part: Part; readonly name: string; readonly json: string | undefined }
  /** Beside what the honest token has there. */
  | {
      readonly kind: 'repeat'
      readonly part: Part
      readonly name: string
      readonly json: string
      readonly first: boolean
      readonly escaped: boolean
    }
  | { readonly kind: 'writing'; readonly part: Part; readonly as: Writing }
  | { readonly kind: 'signature'; readonly as: SignatureChange }
  | { readonly kind: 'text'; readonly edit: Edit }

export type Writing = (typeof WRITINGS)[number]
/** The first two mean the same as before. */
export const WRITINGS = [
  'white space',
  'escaped names',
  'byte order mark',
  'invalid UTF-8',
  'UTF-16',
  'trailing comma',
  'trailing text',
  'array',
  'string',
  'null',
  'single quotes',
  'comment',
  'NUL',
] as const

export type SignatureChange = (typeof SIGNATURE_CHANGES)[number]
export const SIGNATURE_CHANGES = [
  'of a stranger',
  'of a stranger, with the key in the header',
  'of another published key',
  'HMAC with the public key',
  'DER',
  'short salt',
  'empty',
  'zeros',
] as const

/** On the finished text. `at` counts in ten-thousandths of its length. */
export type Edit =
  | { readonly kind: 'replace' | 'insert'; readonly at: number; readonly character: string }
  | { readonly kind: 'delete' | 'truncate'; readonly at: number }
  | { readonly kind: 'swap'; readonly one: number; readonly other: number }
  | { readonly kind: 'repeat part' | 'drop part' | 'serialise again'; readonly part: number }
  | { readonly kind: 'spell'; readonly part: number; readonly as: Spelling }
  | { readonly kind: 'around'; readonly before: string; readonly after: string }

export type Spelling = (typeof SPELLINGS)[number]
export const SPELLINGS = [
  'padding',
  'standard alphabet',
  'leftover bits',
  'percent',
  'line break',
  'upper case',
  'twice',
] as const
