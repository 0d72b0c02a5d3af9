export type { Access, SenderConstraint } from './access/access.ts'
export {
  allOf,
  anyOf,
  authenticated,
  authorizationDetail,
  dpop,
  type Expression,
  mutualTls,
  type Predicate,
  permission,
  type RequiredDetail,
  type Requirement,
  role,
  type StepUp,
  satisfies,
  service,
  stepUp,
  user,
} from './access/expression.ts'
export type { Denial } from './challenge/denial.ts'
export type { AuthorizationDetail } from './claims/authorization-details.ts'
export { ConfigurationError, MISUSES, type MisuseCode } from './errors/configuration-error.ts'
export { DENIALS, type DenialCode, type DenialRow } from './errors/denials.ts'
export type { RejectionDetail } from './errors/rejection.ts'
export { TokenRejected, VerificationUnavailable } from './errors/token-rejected.ts'
export type { Guard, Outcome } from './guard.ts'
export type { MetadataResponse, ProtectedResourceMetadata } from './metadata/protected-resource-metadata.ts'
export type { DeniedEvent, GrantedEvent, KeySetEvent } from './observe/channels.ts'
export {
  type AppDescription,
  describeResourceServer,
  type ResourceServerDescription,
} from './openapi/describe-resource-server.ts'
export { isInOpenApi, type OpenApiOptions, openApiDocument } from './openapi/openapi-document.ts'
export { type PathTemplate, pathTemplates } from './openapi/path-templates.ts'
export {
  describeRequirement,
  NOTHING_REQUIRED,
  type RequirementDescription,
  type RouteDescription,
  withoutMirroredHeads,
} from './openapi/route-description.ts'
export {
  type SecurityRequirement,
  type SecurityScheme,
  type SecuritySchemeOptions,
  type SecuritySchemes,
  securityOf,
  securitySchemes,
} from './openapi/security.ts'
export type {
  ClientAuthentication,
  ClientSecretBasic,
  PrivateKeyJwt,
  TlsClientAuth,
} from './options/client-authentication.ts'
export { type IntrospectionIssuer, type IntrospectionOptions, introspection } from './options/introspection.ts'
export type {
  IssuerDefinition,
  IssuerResolver,
  JsonWebKeySet,
  KeySetIssuer,
  KeySetOptions,
} from './options/issuer-definition.ts'
export type { DpopNonceOptions, DpopOptions } from './options/parse-dpop.ts'
export { refuseUnknownOptions } from './options/parse-options.ts'
export type { ResourceMetadataOptions } from './options/parse-resource-metadata.ts'
export type { CertificateForm, TrustedProxyOptions } from './options/parse-trusted-proxy.ts'
export type { ReplayStore, SeenProof } from './options/replay-store.ts'
export type { ResourceServerOptions } from './options/resource-server-options.ts'
export type { RevocableToken, RevocationList, RevocationVerdict } from './options/revocation-list.ts'
export { type SharedSecretIssuer, type SharedSecretOptions, sharedSecret } from './options/shared-secret.ts'
export type {
  DeclaredRequirement,
  RefusedRequest,
  UsageRecorder,
  UsedRoute,
  UsingCaller,
} from './options/usage-recorder.ts'
export type { ScopeDefinition, ScopeVocabulary } from './options/vocabulary.ts'
export { type CustomProfile, PROFILES, type ProfileName } from './profiles/profiles.ts'
export type { ClaimCondition, KindRule, ListClaim, TokenProfile } from './profiles/token-profile.ts'
export type { HeaderSource, PeerSocket, ResourceRequest } from './request/resource-request.ts'
export { createResourceServer } from './resource-server.ts'
export type { IssuerReadiness, Readiness, ResourceServer } from './resource-server-contract.ts'
export {
  createRevocationList,
  type MemoryRevocationList,
  parseRevocationListOptions,
  type RevocationListOptions,
} from './revocation/create-revocation-list.ts'
export {
  furthestRevocation,
  type ParsedRevocation,
  parseRevocation,
  type Revocation,
  type RevocationKind,
} from './revocation/parse-revocation.ts'
export { RevocationTable, type RevocationTableOptions } from './revocation/revocation-table.ts'
export { createReplayStore, type ReplayStoreOptions } from './sender/dpop/replay-store.ts'
export type { AlgorithmName, HmacName } from './shared/algorithms.ts'
export type { JsonObject, JsonValue } from './shared/json.ts'
export type { MaybePromise } from './shared/maybe-promise.ts'
