export type { TestAlgorithm } from './algorithms.ts'
export type { BoundTo } from './bound-to.ts'
export {
  type Authority,
  type Certificate,
  type ClientCertificate,
  createAuthority,
  createClientCertificate,
} from './certificates/certificate.ts'
export { type Duration, type TestClock, testClock } from './clock.ts'
export { createDpopKey, type DpopKey } from './dpop/dpop-key.ts'
export { type ProofForgeryName, proofForgeries, proofForgeryNames } from './dpop/forgeries/index.ts'
export type { ProofCheck, ProofForgery } from './dpop/forgeries/proof-forgery.ts'
export { type HonestProof, type HonestProofName, honestProofNames, honestProofs } from './dpop/honest-proofs.ts'
export { type DpopKeyOptions, type ProofInput, proofUnder } from './dpop/proof.ts'
export type { ClientAuthenticationMethod, TestClient } from './endpoints/client-authentication.ts'
export type { IntrospectionRequest } from './endpoints/introspection-endpoint.ts'
export { type Fault, type FaultTarget, faults } from './faults.ts'
export type { ForgedKey } from './forged-keys/forged-key.ts'
export { type ForgedKeyName, forgedKeys } from './forged-keys/index.ts'
export type { Forgery } from './forgeries/forgery.ts'
export { type ForgeryName, forgeries, forgeryNames } from './forgeries/index.ts'
export { createTestIssuer } from './issuer.ts'
export type { TestIssuerOptions } from './issuer-options.ts'
export type { PublishedJwk, TestKey } from './keys.ts'
export type { TokenDraft, TokenInput } from './mint.ts'
export type { IntrospectionJwtInput, OpaqueTokenInput } from './opaque-token.ts'
export type { Endpoint, RequestCounts } from './server.ts'
export type { IssuerSettings, RotateOptions, TestIssuer } from './test-issuer.ts'
