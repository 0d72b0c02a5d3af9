import type { KeySetIssuer } from '@scopeward/core'
import { scopesOf, seeToken } from '../explain/seen-token.ts'
import { fetchJson } from '../shared/fetch-json.ts'
import { isHttpOnLoopback } from '../shared/issuer-url.ts'
import { findMetadata, type Metadata } from '../shared/metadata.ts'
import { plainText, printable } from '../shared/printable.ts'
import type { SeenAnswer } from '../shared/recording-fetch.ts'
import { algorithmsFor } from './algorithms.ts'
import type { Configuration } from './configuration.ts'
import { type Finding, ok, problem, warning } from './finding.ts'
import { cacheFinding, type Jwk, keyFindings } from './key-findings.ts'
import { metadataFindings } from './metadata-findings.ts'
import { readyFor } from './readiness.ts'
import { examineToken, likelyProfile, type TokenExamination } from './token-findings.ts'
import { clockFinding, transportFinding } from './transport-findings.ts'

export interface Question {
  readonly issuer: string
  readonly audiences: readonly string[]
  readonly token: string | undefined
}

export interface Examination {
  readonly findings: readonly Finding[]
  /** Whether anything came back at all. */
  readonly reachable: boolean
  readonly configuration: Configuration
}

/** Looks at an issuer as a resource server sees it. */
export async function examine(question: Question): Promise<Examination> {
  const { issuer, audiences, token } = question
  const [found, transport] = await Promise.all([findMetadata(issuer), transportFinding(issuer)])
  const answers = found.places.flatMap(({ fetched }) => (fetched.answer === undefined ? [] : [fetched.answer]))
  const keySet = await fetchKeys(found.metadata)
  const algorithms = algorithmsFor(keySet.keys)
  // Where nothing answers, the verifier would only wait once more.
  const ready = answers.length === 0 ? [] : await readinessFindings(issuer, algorithms, keySet)
  const audience = audiences[0] ?? audienceOf(token)
  const asked = await tokenExamination(question, audience, algorithms, keySet.keys)
  const clock = answers.length === 0 ? [] : [clockFinding(answers)]
  return {
    findings: [...metadataFindings(found), transport, ...clock, ...ready, ...asked.findings],
    reachable: answers.length > 0,
    configuration: {
      issuer,
      audience,
      profile: asked.profile,
      algorithms,
      scopes: token === undefined ? scopesIn(found.metadata) : scopesOf(seeToken(token)),
      allowHttpOnLoopback: isHttpOnLoopback(issuer),
    },
  }
}

interface FetchedKeys {
  readonly keys: readonly Jwk[]
  readonly answer: SeenAnswer | undefined
}

async function fetchKeys(metadata: Metadata | undefined): Promise<FetchedKeys> {
  const url = metadata?.jwks_uri
  const isFetchable = typeof url === 'string' && (url.startsWith('https:') || isHttpOnLoopback(url))
  const answer = isFetchable ? (await fetchJson(url)).answer : undefined
  const keys = (answer?.document as { readonly keys?: unknown } | undefined)?.keys
  const isKey = (key: unknown): key is Jwk => typeof key === 'object' && key !== null
  return { keys: Array.isArray(keys) ? keys.filter(isKey) : [], answer }
}

/** What the real verifier makes of it, which alone counts. */
async function readinessFindings(
  issuer: string,
  algorithms: readonly string[] | undefined,
  { keys, answer }: FetchedKeys,
): Promise<readonly Finding[]> {
  const definition: KeySetIssuer = {
    issuer,
    ...(algorithms !== undefined && { algorithms: algorithms as NonNullable<KeySetIssuer['algorithms']> }),
  }
  const { readiness, keySet } = await readyFor(definition, isHttpOnLoopback(issuer))
  const details =
    keySet?.outcome === 'refreshed' && answer !== undefined
      ? [...keyFindings(keys, keySet), cacheFinding(answer, keySet)]
      : []
  if (readiness.keySet === 'available') return [...details, ok('readiness', 'the real verifier has keys and is ready')]
  const reason = plainText(readiness.reason ?? readiness.keySet, 400)
  const isEmpty = readiness.keySet === 'empty'
  const advice = isEmpty ? 'Every token would be refused.' : 'Requests would be answered 503 until this works.'
  return [...details, problem('readiness', `the real verifier is not ready: ${reason}`, advice)]
}

async function tokenExamination(
  { issuer, audiences, token }: Question,
  audience: string | undefined,
  algorithms: readonly string[] | undefined,
  keys: readonly Jwk[],
): Promise<TokenExamination> {
  if (token === undefined) return withoutToken(likelyProfile(issuer))
  const expected = audiences.length > 0 || audience === undefined ? audiences : [audience]
  if (expected.length === 0) {
    const advice = 'Give --audience, or ask the issuer for a token with resource or audience set to the API.'
    return { findings: [problem('token', 'it has no aud to be checked against', advice)], profile: undefined }
  }
  const examined = await examineToken({ token, issuer, audiences: expected, algorithms, keys })
  if (audiences.length > 0) return examined
  const advice = 'Make sure that it names your API and no other, then give --audience.'
  const assumed = warning('token', `the audience was taken from the token: ${printable(audience)}`, advice)
  return { ...examined, findings: [...examined.findings, assumed] }
}

function withoutToken(profile: ReturnType<typeof likelyProfile>): TokenExamination {
  if (profile === undefined)
    return { findings: [ok('token', 'none was given; --token - tells which profile fits')], profile }
  return { findings: [ok('token', `none was given; by its name the issuer needs the profile ${profile}`)], profile }
}

function audienceOf(token: string | undefined): string | undefined {
  const aud = token === undefined ? undefined : seeToken(token).claims?.aud
  const [first] = Array.isArray(aud) ? aud : [aud]
  return typeof first === 'string' && first !== '' ? first : undefined
}

const SCOPES_OF_SIGN_IN = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access']

function scopesIn(metadata: Metadata | undefined): readonly string[] {
  const scopes: readonly unknown[] = Array.isArray(metadata?.scopes_supported) ? metadata.scopes_supported : []
  return scopes.filter(
    (scope): scope is string =>
      typeof scope === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope) && !SCOPES_OF_SIGN_IN.includes(scope),
  )
}
