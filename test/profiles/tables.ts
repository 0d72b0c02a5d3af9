import type { ProfileSamples } from './sample.ts'
import { auth0Samples } from './samples/auth0.ts'
import { cognitoSamples } from './samples/cognito.ts'
import { entraSamples, entraV1Samples } from './samples/entra.ts'
import { fapi2Samples } from './samples/fapi2.ts'
import { googleSamples } from './samples/google.ts'
import { keycloakSamples } from './samples/keycloak.ts'
import { oidcProviderSamples } from './samples/oidcProvider.ts'
import { oidcProviderOpaqueSamples } from './samples/oidcProviderOpaque.ts'
import { oktaSamples } from './samples/okta.ts'
import { pingFederateSamples, pingSamples } from './samples/ping.ts'
import { plainJwtSamples } from './samples/plainJwt.ts'
import { rfc7662Samples } from './samples/rfc7662.ts'
import { rfc9068Samples } from './samples/rfc9068.ts'

/** Every table of `samples/`; some profiles have two. */
export const TABLES: readonly ProfileSamples[] = [
  rfc9068Samples,
  rfc7662Samples,
  auth0Samples,
  oktaSamples,
  entraSamples,
  entraV1Samples,
  cognitoSamples,
  keycloakSamples,
  googleSamples,
  pingSamples,
  pingFederateSamples,
  oidcProviderSamples,
  oidcProviderOpaqueSamples,
  fapi2Samples,
  plainJwtSamples,
]
