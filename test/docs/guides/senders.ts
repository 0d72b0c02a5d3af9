import { writeFileSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { request as requestOverTls } from 'node:https'
import { join } from 'node:path'
import {
  type ClientCertificate,
  createAuthority,
  createClientCertificate,
  createDpopKey,
  createTestIssuer,
  type TestIssuer,
} from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { generatedFolder } from '../generated.ts'
import { asCode, bearer, blockOf, codes, originOf, runBlock, serveBlock, serveGuarded, trusting } from './run-block.ts'

const folder = generatedFolder()
let issuer: TestIssuer

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

describe('dpop', () => {
  const scope = 'orders:read keys:rotate'

  async function proofFor(method: string, path: string, nonce?: string) {
    const key = await createDpopKey()
    const accessToken = await issuer.token({ scope, boundTo: key })
    const url = `https://api.example.com${path}`
    const proof = await key.proof({ method, url, accessToken, ...(nonce !== undefined && { nonce }) })
    return { key, accessToken, headers: { authorization: `DPoP ${accessToken}`, dpop: proof } }
  }

  test('bearer tokens go on beside bound ones, but not to the route that demands a proof (RFC 9449)', async () => {
    const origin = await serveBlock(folder, blockOf('dpop', '/keys/rotation'), trusting(issuer.options))
    const refused = codes()
    const unbound = bearer(await issuer.token({ scope }))
    const { headers, accessToken } = await proofFor('GET', '/orders')
    expect(await (await fetch(`${origin}/orders`, { headers: unbound })).json()).toMatchObject({ bound: false })
    expect(await (await fetch(`${origin}/orders`, { headers })).json()).toMatchObject({ bound: true })
    expect((await fetch(`${origin}/orders`, { headers })).status).toBe(401)
    expect((await fetch(`${origin}/orders`, { headers: bearer(accessToken) })).status).toBe(401)
    const rotate = (sent: Record<string, string>) => fetch(`${origin}/keys/rotation`, { method: 'POST', headers: sent })
    expect((await rotate((await proofFor('POST', '/keys/rotation')).headers)).status).toBe(204)
    expect((await rotate(unbound)).status).toBe(401)
    expect(refused()).toEqual(['dpop_proof_replayed', 'bound_token_as_bearer', 'sender_constraint_required'])
  })

  test('the counter of those who still come without a proof counts them alone', async () => {
    const counted: string[] = []
    const counter = blockOf('dpop', 'count(').replace(/[\s\S]*(?=app\.use)/, '')
    const origin = await serveBlock(folder, blockOf('dpop', '/keys/rotation'), {
      ...trusting(issuer.options),
      'const app = express()\n': `const app = express()\n${counter.replace(
        'count',
        asCode((id: string) => counted.push(id)),
      )}`,
    })
    await fetch(`${origin}/orders`, { headers: (await proofFor('GET', '/orders')).headers })
    await fetch(`${origin}/orders`)
    await fetch(`${origin}/orders`, { headers: bearer(await issuer.token({ scope, clientId: 'old-client' })) })
    expect(counted).toEqual(['old-client'])
  })

  test('with nonces the first request is answered with one, and repeated with it let in (RFC 9449 section 9)', async () => {
    process.env.NONCE_SECRET = 'a secret of more than thirty-two bytes'
    onTestFinished(() => void delete process.env.NONCE_SECRET)
    const { guard } = await runBlock(folder, blockOf('dpop', 'NONCE_SECRET'), {
      "issuer: 'https://login.example.com'": `...${asCode(issuer.options)}`,
      'const guard': 'export const guard',
    })
    const origin = await serveGuarded(guard, 'orders:read')
    const first = await fetch(`${origin}/orders`, { headers: (await proofFor('GET', '/orders')).headers })
    expect([first.status, first.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringContaining('error="use_dpop_nonce"'),
    ])
    const nonce = first.headers.get('dpop-nonce') as string
    const { headers } = await proofFor('GET', '/orders', nonce)
    expect((await fetch(`${origin}/orders`, { headers })).status).toBe(200)
  })
})

describe('mtls', () => {
  const scope = 'payments:write'
  const [client, stranger] = [createClientCertificate('client'), createClientCertificate('stranger')]
  const proxies = [
    ['nginx', 'ssl-client-cert', ({ certificate }: ClientCertificate) => encodeURIComponent(certificate)],
    [
      'envoy',
      'x-forwarded-client-cert',
      ({ thumbprint }: ClientCertificate) => `Hash=${Buffer.from(thumbprint, 'base64url').toString('hex')}`,
    ],
  ] as const

  test('with TLS in Node, the table of answers holds (RFC 8705 section 3)', async () => {
    const { certificate, privateKey } = createAuthority('authority').issue('api')
    for (const [name, content] of Object.entries({ crt: certificate, key: privateKey })) {
      writeFileSync(join(folder, `api.${name}`), content)
    }
    const { server } = await runBlock(folder, blockOf('mtls', 'requestCert'), {
      "issuer: 'https://login.example.com'": `...${asCode(issuer.options)}`,
      "'api.crt'": JSON.stringify(join(folder, 'api.crt')),
      "'api.key'": JSON.stringify(join(folder, 'api.key')),
      'createServer(tls, app).listen(443)': "export const server = createServer(tls, app).listen(0, '127.0.0.1')",
    })
    const origin = await originOf(server, 'https')
    const refused = codes()
    const call = (token: string, by?: ClientCertificate) =>
      statusOf(
        requestOverTls(`${origin}/payments`, {
          method: 'POST',
          headers: bearer(token),
          rejectUnauthorized: false,
          agent: false,
          ...(by && { cert: by.certificate, key: by.privateKey }),
        }),
      )
    const bound = await issuer.token({ scope, boundTo: client })
    expect(await call(bound, client)).toBe(202)
    expect([await call(bound), await call(bound, stranger)]).toEqual([401, 401])
    expect(await call(await issuer.token({ scope }), client)).toBe(401)
    expect(refused()).toEqual([
      'client_certificate_missing',
      'client_certificate_mismatch',
      'sender_constraint_required',
    ])
  })

  test.each(proxies)(
    'behind %s, the header of the proxy counts, and that of nobody else',
    async (name, header, write) => {
      const start = async (address: string) => {
        const { guard } = await runBlock(folder, blockOf('mtls', `clientCertificate: '${name}'`), {
          "issuer: 'https://login.example.com'": `...${asCode(issuer.options)}`,
          '10.0.0.0/24': address,
          'const guard': 'export const guard',
        })
        return serveGuarded(guard, scope)
      }
      const [behind, elsewhere] = [await start('127.0.0.1'), await start('10.0.0.0/24')]
      const refused = codes()
      const token = await issuer.token({ scope, boundTo: client })
      const call = (origin: string, sent: Record<string, string>) =>
        statusOf(request(`${origin}/payments`, { method: 'POST', headers: { ...bearer(token), ...sent } }))
      expect(await call(behind, { [header]: write(client) })).toBe(200)
      expect(await call(behind, { [header]: write(stranger) })).toBe(401)
      expect(await call(behind, {})).toBe(401)
      expect(await call(behind, { [header]: `${write(client)},${write(client)}` })).toBe(400)
      expect(await call(elsewhere, { [header]: write(client) })).toBe(401)
      expect(refused()).toEqual([
        'client_certificate_mismatch',
        'client_certificate_missing',
        'client_certificate_invalid',
        'client_certificate_missing',
      ])
    },
  )

  function statusOf(sent: ReturnType<typeof request>): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      sent.on('error', reject)
      sent.on('response', (response: IncomingMessage) => {
        response.resume()
        resolve(response.statusCode)
      })
      sent.end()
    })
  }
})
