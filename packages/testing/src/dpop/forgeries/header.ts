import type { TestAlgorithm } from '../../algorithms.ts'
import { ALGORITHMS } from '../../algorithms.ts'
import { algorithmForgeries } from '../../forgeries/algorithm.ts'
import { withHeader, withRawHeader } from '../../forgeries/forgery.ts'
import { headerForgeries } from '../../forgeries/header.ts'
import { strangersKey } from '../../keys.ts'
import { signToken } from '../../mint.ts'
import type { ProofDraft } from '../proof.ts'
import { likeToken, type ProofForgery } from './proof-forgery.ts'

export type ProofHeaderForgeryName =
  | 'typ-missing'
  | 'typ-jwt'
  | 'typ-access-token'
  | 'typ-array'
  | 'typ-application'
  | 'alg-missing'
  | 'alg-none'
  | 'alg-none-case'
  | 'alg-lower-case'
  | 'alg-hs256-public-key-pem'
  | 'alg-hs256-public-key-der'
  | 'alg-hs256-public-key-jwk'
  | 'alg-rs256'
  | 'crit-unknown'
  | 'crit-empty'
  | 'crit-b64'
  | 'b64-false'
  | 'header-duplicate-alg'

const ALL_BUT_RS256 = (Object.keys(ALGORITHMS) as TestAlgorithm[]).filter(algorithm => algorithm !== 'RS256')

/** Defects in what the proof says it is and how it is protected. */
export const proofHeaderForgeries: Readonly<Record<ProofHeaderForgeryName, ProofForgery>> = {
  'typ-missing': { check: 'DP4', description: 'no typ', build: withHeader({ typ: undefined }) },
  'typ-jwt': {
    check: 'DP4',
    description: 'typ "JWT", which every other kind of token may have as well',
    build: withHeader({ typ: 'JWT' }),
  },
  'typ-access-token': {
    check: 'DP4',
    description: 'typ of an access token',
    build: withHeader({ typ: 'at+jwt' }),
  },
  'typ-array': {
    check: 'DP4',
    description: 'a list with the right typ in it',
    build: withHeader({ typ: ['dpop+jwt'] }),
  },
  'typ-application': {
    check: 'DP4',
    description: 'typ "application/dpop+jwt"',
    caveat: 'the same media type by RFC 7515 section 4.1.9, which asks to leave the prefix out',
    build: withHeader({ typ: 'application/dpop+jwt' }),
  },
  'alg-missing': {
    check: 'DP5',
    description: 'no alg',
    build: withRawHeader(({ header }) => JSON.stringify({ ...header, alg: undefined })),
  },
  'alg-none': likeToken('DP5', algorithmForgeries['alg-none']),
  'alg-none-case': likeToken('DP5', algorithmForgeries['alg-none-case']),
  'alg-lower-case': {
    check: 'DP5',
    description: 'alg in lower case: really signed, but not an algorithm',
    build: withRawHeader(({ header }) => JSON.stringify({ ...header, alg: String(header.alg).toLowerCase() })),
  },
  'alg-hs256-public-key-pem': likeToken('DP5', algorithmForgeries['alg-hs256-public-key-pem']),
  'alg-hs256-public-key-der': likeToken('DP5', algorithmForgeries['alg-hs256-public-key-der']),
  'alg-hs256-public-key-jwk': likeToken('DP5', algorithmForgeries['alg-hs256-public-key-jwk']),
  'alg-rs256': {
    check: 'DP5',
    description: 'signed with RS256: by the key where it is an RSA key, otherwise by another one',
    algorithms: ALL_BUT_RS256,
    caveat: 'only where the server does not list RS256',
    build: signedWithRs256,
  },
  'crit-unknown': likeToken('DP2', headerForgeries['crit-unknown']),
  'crit-empty': likeToken('DP2', headerForgeries['crit-empty']),
  'crit-b64': likeToken('DP2', headerForgeries['crit-b64']),
  'b64-false': likeToken('DP2', headerForgeries['b64-false']),
  'header-duplicate-alg': likeToken('DP2', headerForgeries['header-duplicate-alg']),
}

async function signedWithRs256(draft: ProofDraft): Promise<string> {
  const header = { ...draft.header, alg: 'RS256' }
  if (ALGORITHMS[draft.key.algorithm].type === 'rsa') return signToken({ ...draft, header })
  const key = await strangersKey('RS256')
  return signToken({ ...draft, header: { ...header, jwk: key.publicKey.export({ format: 'jwk' }) }, key })
}
