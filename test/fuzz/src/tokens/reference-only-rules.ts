import { KEY_SELECTION } from 'oauth4webapi'
import type { TheirVerdict } from './judges.ts'
import type { Keys } from './keys.ts'
import type { TokenView } from './token-view.ts'

/** Something that one reference refuses for a reason of its own, and that we accept on purpose. */
export interface ReferenceOnlyRule {
  readonly name: string
  readonly reference: 'jose' | 'oauth4webapi'
  readonly reason: string
  readonly applies: (token: TokenView, verdict: TheirVerdict & { readonly accepted: false }, keys: Keys) => boolean
}

export const REFERENCE_ONLY_RULES: readonly ReferenceOnlyRule[] = [
  {
    name: 'demands a kid where several keys fit',
    reference: 'oauth4webapi',
    reason: 'RFC 7515 section 4.1.4 makes kid optional; we try each key that fits, four at the most, and so does jose',
    applies: ({ header }, { code }, { honest }) =>
      code === KEY_SELECTION &&
      !Object.hasOwn(header, 'kid') &&
      honest.filter(({ algorithm }) => algorithm === header.alg).length > 1,
  },
]
