import { randomUUID } from 'node:crypto'
import { strangersKey, type TestKey } from '../keys.ts'
import { signToken } from '../mint.ts'
import { selfSignedCertificate } from './certificate.ts'
import { type Forgery, withHeader } from './forgery.ts'

export type KeyForgeryName =
  | 'wrong-key'
  | 'header-jwk'
  | 'header-jku'
  | 'header-x5c'
  | 'kid-unknown'
  | 'kid-number'
  | 'kid-path-traversal'
  | 'kid-proto'
  | 'kid-huge'

/** Defects in which key signed, or in how the token names it. */
export const keyForgeries: Readonly<Record<KeyForgeryName, Forgery>> = {
  'wrong-key': {
    attack: 'KEY5',
    description: 'the right kid, signed by a key that the issuer never published',
    build: byStranger(() => ({})),
  },
  'header-jwk': {
    attack: 'KEY1',
    description: "the attacker's public key embedded in the header, and used",
    build: byStranger(({ publicJwk }) => ({ jwk: publicJwk })),
  },
  'header-jku': {
    attack: 'KEY2',
    description: "the URL of the attacker's key set in the header; signed by a key of it",
    build: byStranger(() => ({ jku: 'https://attacker.example/jwks.json' })),
  },
  'header-x5c': {
    attack: 'KEY3',
    description: "the attacker's self-signed certificate in the header, and its key used",
    build: byStranger(key => ({ x5c: [selfSignedCertificate(key).toString('base64')] })),
  },
  'kid-unknown': {
    attack: 'NET1',
    description: 'a kid that the key set does not have, another one each time; really signed by the issuer',
    build: withHeader(() => ({ kid: `unknown-${randomUUID()}` })),
  },
  'kid-number': {
    attack: 'KEY4',
    description: 'a number as kid',
    build: withHeader({ kid: 1 }),
  },
  'kid-path-traversal': {
    attack: 'KEY4',
    description: 'a file path as kid',
    build: withHeader({ kid: '../../../../../../dev/null' }),
  },
  'kid-proto': {
    attack: 'KEY4',
    description: 'kid "__proto__", which every plain object seems to have',
    build: withHeader({ kid: '__proto__' }),
  },
  'kid-huge': {
    attack: 'KEY4',
    description: 'a kid of 6,000 characters',
    build: withHeader({ kid: 'k'.repeat(6000) }),
  },
}

function byStranger(header: (stranger: TestKey) => Readonly<Record<string, unknown>>): Forgery['build'] {
  return async draft => {
    const stranger = await strangersKey(draft.key.algorithm)
    return signToken({ ...draft, header: { ...draft.header, ...header(stranger) }, key: stranger })
  }
}
