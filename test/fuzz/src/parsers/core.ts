import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type * as Denials from '../../../../packages/core/dist/challenge/denial.js'
import type * as Rejections from '../../../../packages/core/dist/errors/rejection.js'
import type * as HeaderValues from '../../../../packages/core/dist/request/header-values.js'
import type * as Presented from '../../../../packages/core/dist/request/present-token.js'
import type * as Certificates from '../../../../packages/core/dist/sender/certificate/certificate-headers.js'
import type * as ProofClaims from '../../../../packages/core/dist/sender/dpop/proof-claims.js'
import type * as Proofs from '../../../../packages/core/dist/sender/dpop/read-proof.js'
import type * as Targets from '../../../../packages/core/dist/sender/dpop/target-uri.js'
import type * as Algorithms from '../../../../packages/core/dist/shared/algorithms.js'
import type * as Base64url from '../../../../packages/core/dist/shared/base64url.js'
import type * as Json from '../../../../packages/core/dist/shared/json.js'
import type * as Pairs from '../../../../packages/core/dist/shared/parameter-pairs.js'
import type * as Uris from '../../../../packages/core/dist/shared/uri.js'
import type * as Compact from '../../../../packages/core/dist/token/split-compact.js'

const main = pathToFileURL(createRequire(import.meta.url).resolve('@scopeward/core'))

/** A compiled file of the core that the package does not export, by way of Node's loader, so that bugs can be planted. */
function load<Module>(path: string): Promise<Module> {
  return import(new URL(path, main).href) as Promise<Module>
}

export const denials: typeof Denials = await load('challenge/denial.js')
export const rejections: typeof Rejections = await load('errors/rejection.js')
export const headerValues: typeof HeaderValues = await load('request/header-values.js')
export const presented: typeof Presented = await load('request/present-token.js')
export const certificates: typeof Certificates = await load('sender/certificate/certificate-headers.js')
export const proofClaims: typeof ProofClaims = await load('sender/dpop/proof-claims.js')
export const proofs: typeof Proofs = await load('sender/dpop/read-proof.js')
export const targets: typeof Targets = await load('sender/dpop/target-uri.js')
export const algorithms: typeof Algorithms = await load('shared/algorithms.js')
export const base64url: typeof Base64url = await load('shared/base64url.js')
export const json: typeof Json = await load('shared/json.js')
export const pairs: typeof Pairs = await load('shared/parameter-pairs.js')
export const uris: typeof Uris = await load('shared/uri.js')
export const compact: typeof Compact = await load('token/split-compact.js')
