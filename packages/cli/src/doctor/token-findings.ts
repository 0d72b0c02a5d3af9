import { authenticated, PROFILES, type ProfileName } from '@scopeward/core'
import { looksLikeIdToken, seeToken } from '../explain/seen-token.ts'
import { OFFLINE_JWKS_URI, readSettings, type VerifierSettings } from '../explain/settings.ts'
import { type Verdict, verify } from '../explain/verify.ts'
import { plainText, printable } from '../shared/printable.ts'
import { type Finding, ok, problem, warning } from './finding.ts'
import type { Jwk } from './key-findings.ts'

export interface TokenExamination {
  readonly findings: readonly Finding[]
  /** The profile under which the real verifier takes the token. */
  readonly profile: ProfileName | undefined
}

export interface TokenQuestion {
  readonly token: string
  readonly issuer: string
  readonly audiences: readonly string[]
  readonly algorithms: readonly string[] | undefined
  readonly keys: readonly Jwk[]
}

/** By the book first, then from the most to the least particular. */
const CANDIDATES: readonly ProfileName[] = [
  'rfc9068',
  'cognito',
  'okta',
  'entra',
  'google',
  'keycloak',
  'ping',
  'auth0',
  'plainJwt',
]

/** Tries the token under every profile, with the keys that were just fetched. */
export async function examineToken(question: TokenQuestion): Promise<TokenExamination> {
  const seen = seeToken(question.token)
  if (seen.form === 'opaque') {
    const advice = 'Opaque tokens are asked about: issuer: introspection({ issuer, clientId, clientAuthentication }).'
    return { findings: [warning('token', `${seen.preview} is no JWT`, advice)], profile: undefined }
  }
  const type = ok(
    'token',
    `typ ${printable(seen.header?.typ, 40)}, alg ${printable(seen.header?.alg, 40)}, not verified`,
  )
  const fit = await fittingProfile(question)
  if (fit.profile !== undefined) return { findings: [type, fitFinding(fit.profile)], profile: fit.profile }
  const isIdToken = looksLikeIdToken(seen) ? 'It looks like an ID token: send the access token. ' : ''
  const detail = fit.verdict.detail?.claim === undefined ? '' : ` (${plainText(String(fit.verdict.detail.claim))})`
  const advice = `${isIdToken}scopeward explain tells more about it.`
  return {
    findings: [type, problem('token', `no profile takes it: ${fit.verdict.code}${detail}`, advice)],
    profile: undefined,
  }
}

function fitFinding(profile: ProfileName): Finding {
  if (profile === 'rfc9068')
    return ok('token', 'accepted by the real verifier as it stands: RFC 9068, no profile needed')
  return ok('token', `accepted by the real verifier under the profile ${profile}`)
}

type Fit = { readonly profile: ProfileName } | { readonly profile: undefined; readonly verdict: Verdict }

async function fittingProfile(question: TokenQuestion): Promise<Fit> {
  let first: Verdict | undefined
  for (const profile of CANDIDATES) {
    const allowed = PROFILES[profile].algorithms
    // A profile that demands other algorithms contradicts what this issuer publishes.
    if (allowed !== undefined && question.algorithms?.some(name => !allowed.some(one => one === name)) === true)
      continue
    const verdict = await tryUnder(profile, question)
    if (verdict.code === undefined) return { profile }
    first ??= verdict
  }
  return { profile: undefined, verdict: first as Verdict }
}

function tryUnder(
  profile: ProfileName,
  { token, issuer, audiences, algorithms, keys }: TokenQuestion,
): Promise<Verdict> {
  const flags = { issuer, audience: audiences, jwks: OFFLINE_JWKS_URI, profile }
  const settings: VerifierSettings = {
    ...readSettings(algorithms === undefined ? flags : { ...flags, algorithms: algorithms.join(',') }),
    offlineKeys: { keys },
  }
  const presented = { token, method: 'GET', url: undefined, proof: undefined, certificate: undefined }
  return verify(settings, presented, authenticated, [])
}

/** What a well-known host, or path, says about the profile. */
const MARKS: readonly (readonly [RegExp, ProfileName])[] = [
  [/\.auth0\.com$/, 'auth0'],
  [/\.okta(preview|-emea)?\.com$/, 'okta'],
  [/^(login\.microsoftonline\.com|sts\.windows\.net)$/, 'entra'],
  [/^cognito-idp\.[a-z0-9-]+\.amazonaws\.com$/, 'cognito'],
  [/^accounts\.google\.com$/, 'google'],
  [/\.pingone\.[a-z]+$/, 'ping'],
]

export function likelyProfile(issuer: string): ProfileName | undefined {
  const { hostname, pathname } = new URL(issuer)
  if (/\/realms\/[^/]+$/.test(pathname)) return 'keycloak'
  return MARKS.find(([mark]) => mark.test(hostname))?.[1]
}
