import type { TokenInput } from '@scopeward/testing'
import { createRig, type RigOptions } from '../../outage/support.ts'
import type { World } from './issuer-experiment.ts'
import { IssuerFront } from './issuer-front.ts'

export interface FrontWorld extends World {
  readonly front: IssuerFront
}

/** The issuer is known by the name of its front, which publishes its keys. */
export async function openFront(options: RigOptions): Promise<FrontWorld> {
  const front = await IssuerFront.start()
  const rig = await createRig({ ...options, api: { ...options.api, issuer: front.origin } })
  front.keySets.set('/jwks', () => rig.issuer.keys.map(({ publicJwk }) => publicJwk))
  const token = (input: TokenInput = {}) => rig.token({ ...input, claims: { ...input.claims, iss: front.origin } })
  return { rig, front, issuer: front.origin, token, rotate: async () => void (await rig.issuer.rotateKeys()) }
}
