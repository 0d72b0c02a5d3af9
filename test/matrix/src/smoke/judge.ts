import { createResourceServer, type JsonWebKeySet, type ResourceServerOptions } from '@scopeward/core'

/** Everything that another runtime needs to judge the same tokens at the same time. */
export interface Fixtures {
  readonly issuer: string
  readonly audience: string
  readonly jwks: JsonWebKeySet
  readonly algorithms: ResourceServerOptions<string>['algorithms']
  /** Milliseconds since the epoch, at which all tokens are judged. */
  readonly now: number
  readonly tokens: readonly Sample[]
}

export interface Sample {
  readonly name: string
  readonly token: string
}

/** `granted`, or the code of the denial, by `check()` and by `verify()`. */
export type Verdict = readonly [checked: string, verified: string]

/** The verdict on every token, in their order. */
export interface Judgement {
  /** With the key set in the options. */
  readonly given: readonly Verdict[]
  /** With the key set found over HTTP, through the issuer's metadata. */
  readonly fetched: readonly Verdict[]
}

const REQUIRED = 'items:read'

export async function judge(fixtures: Fixtures, signatureEngine: 'node' | 'jose'): Promise<Judgement> {
  const { issuer, audience, jwks, now, algorithms, tokens } = fixtures
  const options: ResourceServerOptions<typeof REQUIRED> = {
    issuer,
    audience,
    scopes: { [REQUIRED]: 'Read items' },
    signatureEngine,
    clockToleranceSeconds: 0,
    allowHttpOnLoopback: true,
    clock: () => now,
    ...(algorithms && { algorithms }),
  }
  return { given: await verdicts({ ...options, jwks }, tokens), fetched: await verdicts(options, tokens) }
}

async function verdicts(
  options: ResourceServerOptions<typeof REQUIRED>,
  tokens: readonly Sample[],
): Promise<readonly Verdict[]> {
  const server = createResourceServer(options)
  const found: Verdict[] = []
  for (const { token } of tokens) {
    const request = { method: 'GET', url: '/items', headers: ['Authorization', `Bearer ${token}`] }
    const outcome = await server.check(request, REQUIRED)
    const checked = outcome.granted ? 'granted' : outcome.denial.code
    found.push([checked, await codeOf(server.verify(token))])
  }
  return found
}

/** A failure that is none of ours has no code, and its message then differs from every code. */
async function codeOf(verified: Promise<unknown>): Promise<string> {
  try {
    await verified
    return 'granted'
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown }
    return typeof code === 'string' ? code : `threw ${message}`
  }
}
