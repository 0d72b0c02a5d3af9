import { readFileSync } from 'node:fs'

/** What the RFCs show of proofs, thumbprints and certificates; `README.md` beside the file says where it is from. */
interface SenderExamples {
  readonly jwk_thumbprints: readonly { readonly id: string; readonly jwk: object; readonly sha256: string }[]
  readonly dpop: {
    readonly resource_request: {
      readonly method: string
      readonly url: string
      readonly authorization: string
      readonly dpop: string
    }
    readonly all_proofs: readonly string[]
    readonly jkt: string
  }
  readonly mtls: { readonly 'x5t#S256': string; readonly pem: string }
}

export const SENDER_EXAMPLES: SenderExamples = JSON.parse(
  readFileSync(new URL('rfc-examples/rfc-examples.json', import.meta.url), 'utf8'),
)

/** When the proofs of RFC 9449 were made: seconds since the epoch. */
export const RFC9449_MOMENT = 1_562_262_618
