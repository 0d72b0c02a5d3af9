import type { DenialCode } from '@scopeward/core'
import type { ProofForgeryName, ProofInput } from '@scopeward/testing'
import { headerLine } from '../../sender/certificates.ts'
import { bearer, good, type Lines, type Row, type Target, withheld } from './row.ts'
import { CANARY, ORIGIN, type World } from './world.ts'

const withProof = (token: string, ...proofs: Lines): Lines => [
  `Authorization: DPoP ${token}`,
  ...proofs.map(proof => `DPoP: ${proof}`),
]

function about(
  { engine }: Target,
  api: string,
  accessToken: string,
  input: Partial<ProofInput> = {},
  route = 'guarded',
): ProofInput {
  return { method: 'GET', url: `${ORIGIN}/${api}/${engine}/${route}`, accessToken, ...input }
}

function row(code: Row['code'], lines: Row['lines'], api = 'full', route = 'guarded'): Row {
  return { code, api, route, lines }
}

/** Tokens that are bound to a key or a certificate, and what their senders prove. */
export function senderRows(world: World): readonly Row[] {
  return [
    ...grantedRows(world),
    ...certificateRows(world),
    ...proofRows(world),
    ...replayRows(world),
    ...nonceRows(world),
  ]
}

/** The honest twins of what follows. */
function grantedRows(world: World): readonly Row[] {
  const { certificate } = world
  const certified = async () => [
    ...bearer(await good(world, { boundTo: certificate })),
    headerLine('client-cert', certificate),
  ]
  const proven = (route: string): Row =>
    row('granted', target => honest(world, target, 'full', {}, route), 'full', route)
  return [row('granted', certified), proven('guarded'), proven('bound')]
}

async function honest(
  world: World,
  target: Target,
  api: string,
  input: Partial<ProofInput> = {},
  route = 'guarded',
): Promise<Lines> {
  const token = await good(world, { boundTo: world.key })
  return withProof(token, await world.key.proof(about(target, api, token, input, route)))
}

function certificateRows(world: World): readonly Row[] {
  const { certificate, other } = world
  const certified = (code: Row['code'], ...lines: Lines) =>
    row(code, async () => [...bearer(await withheld(world, { boundTo: certificate })), ...lines])
  return [
    certified('client_certificate_missing'),
    certified('client_certificate_mismatch', headerLine('client-cert', other)),
    certified('client_certificate_invalid', headerLine('client-cert', `:${CANARY}:`)),
  ]
}

const FORGED_PROOFS: readonly (readonly [DenialCode, ...ProofForgeryName[]])[] = [
  ['dpop_proof_malformed', 'four-parts', 'crit-unknown', 'payload-duplicate-htu', 'too-large'],
  ['dpop_proof_invalid', 'jwk-private', 'jwk-symmetric', 'signature-tampered', 'alg-lower-case', 'access-token'],
]

function proofRows(world: World): readonly Row[] {
  const { key, otherKey } = world
  const canary = { claims: { canary: CANARY } }
  const forged = FORGED_PROOFS.flatMap(([code, ...names]) =>
    names.map(name => proved(world, code, (token, target) => key.forge(name, about(target, 'full', token, canary)))),
  )
  const elsewhere = { url: `https://${CANARY}.example/` }
  return [
    row('dpop_token_unbound', async () => withProof(await withheld(world))),
    row('dpop_proof_missing', async () => withProof(await withheld(world, { boundTo: key }))),
    row('dpop_proof_duplicated', async target => {
      const token = await withheld(world, { boundTo: key })
      const input = about(target, 'full', token)
      return withProof(token, await key.proof(input), await key.proof(input))
    }),
    ...forged,
    proved(world, 'dpop_proof_malformed', () => CANARY),
    proved(world, 'dpop_proof_invalid', (token, target) => key.proof(about(target, 'full', token, elsewhere))),
    proved(world, 'dpop_binding_mismatch', (token, target) => otherKey.proof(about(target, 'full', token))),
  ]
}

/** A good token with a proof that does not suffice. */
function proved(
  world: World,
  code: Row['code'],
  make: (token: string, target: Target) => string | Promise<string>,
  api = 'full',
): Row {
  return row(
    code,
    async target => {
      const token = await withheld(world, { boundTo: world.key })
      return withProof(token, await make(token, target))
    },
    api,
  )
}

function replayRows(world: World): readonly Row[] {
  const used = new Map<Target, Lines>()
  const first = async (target: Target) => {
    const lines = await honest(world, target, 'full')
    used.set(target, lines)
    return lines
  }
  const api = 'replay-down'
  return [
    row('granted', first),
    row('dpop_proof_replayed', target => used.get(target) as Lines),
    proved(world, 'replay_store_unavailable', (token, target) => world.key.proof(about(target, api, token)), api),
  ]
}

function nonceRows(world: World): readonly Row[] {
  const api = 'nonces'
  return [
    proved(world, 'dpop_nonce_required', (token, target) => world.key.proof(about(target, api, token)), api),
    row('granted', target => honest(world, target, api, { nonce: String(target.nonce) }), api),
  ]
}
