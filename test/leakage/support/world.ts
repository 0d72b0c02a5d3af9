import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import {
  type ClientCertificate,
  createClientCertificate,
  createDpopKey,
  createTestIssuer,
  type DpopKey,
  type TestIssuer,
} from '@scopeward/testing'
import { onTestFinished } from 'vitest'
import { active, type Endpoint, json, startEndpoint } from '../../issuers/support/endpoint.ts'
import { startTlsIssuer, type TlsIssuer } from '../../issuers/support/tls-endpoint.ts'
import { Secrets } from './secrets.ts'

export const ORIGIN = 'https://api.example.com'

/** In the claims of every token that is refused for what it is, and nowhere else. */
export const CANARY = 'canary-7f3a9c51e0-in-a-claim-that-nobody-verified'

/** In the claims of good tokens that are refused for what their sender, or the route, lacks. They may be remembered. */
export const WITHHELD = 'claim-55d1e0b7f4-c8a2e36f01-withheld'

/** In headers. Headers are remembered before a signature was checked, so it may stay in memory, and there alone. */
export const HEADER_CANARY = 'b84d06f2a7c19e53-named-by-a-forger'

/** In the claims of a token that was let in. */
export const VERIFIED = 'jti-of-a-token-that-was-verified'

/** The function that finds issuers does not know it. */
export const UNKNOWN_ISSUER = '9d2f64c0ab71-nobody-knows.example.com'

/** What the process is told. */
export interface Settings {
  readonly issuer: string
  /** Where nobody listens. */
  readonly unreachable: string
  /** Signs with a secret that it shares with the API. */
  readonly legacy: string
  readonly revoked: string
  readonly keySets: Readonly<Record<'ambiguous', object>>
  readonly endpoint: object
  readonly tlsEndpoint: object
  readonly secrets: Readonly<Record<'nonces' | 'shared' | 'client' | 'clientKey' | 'dataBase', string>> & {
    readonly tls: object
  }
}

/** Everybody around the APIs, and everything that they must keep to themselves. */
export interface World {
  readonly settings: Settings
  readonly secrets: Secrets
  readonly issuer: TestIssuer
  readonly endpoint: Endpoint
  readonly tls: TlsIssuer
  readonly certificate: ClientCertificate
  readonly other: ClientCertificate
  readonly key: DpopKey
  readonly otherKey: DpopKey
}

/** A token that begins so is called inactive, or makes the endpoint fail. */
export const INACTIVE = 'inactive'
export const FAILING = 'failing'

const random = (): string => randomBytes(40).toString('base64url')

/** Ends with the test. */
export async function createWorld(): Promise<World> {
  const issuer = await createTestIssuer({ algorithm: 'ES256' })
  onTestFinished(() => issuer.stop())
  const [endpoint, tls] = await Promise.all([startEndpoint(), startTlsIssuer()])
  endpoint.reply = ({ form }) => answerAbout(form.get('token') ?? '')
  tls.reply = { body: JSON.stringify(active({ scope: 'items:read' })) }
  const client = tls.authority.issue('reports-api')
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const secrets = { nonces: random(), shared: random(), client: random(), clientKey: privateKey, dataBase: random() }
  const settings: Settings = {
    issuer: issuer.issuer,
    unreachable: 'http://127.0.0.1:1',
    legacy: 'https://legacy.example.com',
    revoked: 'the-revoked-one',
    keySets: { ambiguous: await ambiguousKeySet() },
    endpoint: { issuer: endpoint.issuer, introspectionEndpoint: endpoint.url },
    tlsEndpoint: { issuer: tls.issuer, introspectionEndpoint: `${tls.issuer}/introspect` },
    secrets: { ...secrets, tls: { ...client, certificateAuthority: tls.authority.certificate } },
  }
  const found = new Secrets()
  for (const [name, secret] of Object.entries(secrets)) found.addSecret(name, secret)
  for (const [name, pem] of Object.entries({ clientKey: privateKey, tlsKey: client.privateKey }))
    addPem(found, name, pem)
  found.addSecret('canary', CANARY)
  found.addSecret('canary of a header', HEADER_CANARY)
  found.addSecret('issuer that nobody knows', UNKNOWN_ISSUER)
  found.addSecret('claim of a caller who is refused', WITHHELD)
  const key = await createDpopKey()
  found.addText('key of the client', privateNumberOf(key.privateKey))
  return {
    settings,
    secrets: found,
    issuer,
    endpoint,
    tls,
    certificate: createClientCertificate('client'),
    other: createClientCertificate('other'),
    key,
    otherKey: await createDpopKey(),
  }
}

function answerAbout(token: string): ReturnType<typeof json> {
  if (token.startsWith(FAILING)) return { status: 500, body: JSON.stringify({ error: token }) }
  return json(token.startsWith(INACTIVE) ? { active: false } : active({ scope: 'items:read' }))
}

/** Five keys that all fit, and no names. */
async function ambiguousKeySet(): Promise<object> {
  const keys = await Promise.all(Array.from({ length: 5 }, () => createDpopKey()))
  return { keys: keys.map(({ jwk }) => jwk) }
}

/** Its lines, and the private number inside, as a JWK has it. */
function addPem(secrets: Secrets, name: string, pem: string): void {
  secrets.addText(name, pem)
  secrets.addText(name, privateNumberOf(createPrivateKey(pem)))
}

export function privateNumberOf(key: KeyObject): string {
  return String(key.export({ format: 'jwk' }).d)
}

/** What was sent to the introspection endpoints to prove who asks. */
export function addQuestions({ secrets, endpoint }: World): number {
  for (const { headers, form } of endpoint.asked) {
    secrets.addText('Authorization of the client', headers.authorization ?? '')
    secrets.addText('client assertion', form.get('client_assertion') ?? '')
  }
  return endpoint.asked.length
}
