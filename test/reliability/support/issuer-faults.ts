import { createTestIssuer, type Fault } from '@scopeward/testing'
import { onTestFinished } from 'vitest'
import { type FrontWorld, openFront } from './front-world.ts'
import type { IssuerFault, World } from './issuer-experiment.ts'
import { SECONDS } from './traffic.ts'

/** For the faults that end by it alone: thirteen times in each experiment, in real time. */
const TIMEOUT_SECONDS = 0.3

/** Not a divisor of any back-off. */
const FLAPPING_SECONDS = 3

const STALE_SINCE_SECONDS = 4200

const MANY = { rememberedPerSecond: 160, unknownPerSecond: 8 }
const MANY_REQUESTS = (SECONDS * (MANY.rememberedPerSecond + MANY.unknownPerSecond)).toLocaleString('en')

const heal = ({ rig }: World): void => rig.issuer.setFault(undefined)
const restoreKeys = ({ rig }: World): void => rig.issuer.publish(undefined)

function failing(name: string, fault: Fault, on: 'everything' | 'jwks' | 'metadata' = 'everything'): IssuerFault {
  return { name, begin: ({ rig }) => rig.issuer.setFault(fault, on), end: heal }
}

const hanging = (name: string, fault: Fault): IssuerFault => ({
  ...failing(name, fault, 'jwks'),
  api: { fetchTimeoutSeconds: TIMEOUT_SECONDS },
})

/** What `begin` and `end` do to a front; experiments with one get the world that they opened. */
function atFront(
  name: string,
  begin: (world: FrontWorld) => void | Promise<void>,
  end: (world: FrontWorld) => void | Promise<void>,
): IssuerFault {
  return { name, open: openFront, begin: world => begin(world as FrontWorld), end: world => end(world as FrontWorld) }
}

export const ISSUER_FAULTS: readonly IssuerFault[] = [
  { name: 'is well', begin: () => undefined, end: () => undefined },
  atFront(
    'down: connections are refused',
    ({ front }) => front.close(),
    ({ front }) => front.open(),
  ),
  failing('down: connections are closed without an answer', 'down'),
  { ...failing('down, for 70 minutes already', 'down'), sinceSeconds: STALE_SINCE_SECONDS },
  { ...failing(`down, and ${MANY_REQUESTS} requests`, 'down'), load: MANY },
  failing('status 500', 'error'),
  hanging('slow: no header within `fetchTimeoutSeconds`', 'slow'),
  hanging('slow: half a body within `fetchTimeoutSeconds`', 'slow-body'),
  failing('reset in mid-body', 'reset'),
  failing('a body without end', 'huge', 'jwks'),
  failing('a gzip bomb: 50 KB that unfold to 50 MiB', 'gzip-bomb', 'jwks'),
  failing('a redirect', 'redirect'),
  atFront(
    'the true key set as `text/plain`',
    ({ front }) => {
      front.contentType = 'text/plain'
    },
    ({ front }) => {
      front.contentType = 'application/json'
    },
  ),
  failing('a web page, as of a captive portal', 'html'),
  failing('JSON that breaks off', 'invalid-json'),
  failing('JSON of the wrong shape', 'wrong-json'),
  failing('a key set without keys', 'empty', 'jwks'),
  failing('10,000 keys, in less than 512 KiB', 'many-keys', 'jwks'),
  { name: '100,000 keys', begin: publishManyKeys, end: restoreKeys },
  { name: 'two keys under one `kid`', begin: world => publishUnderOneKid(world, 2), end: restoreKeys },
  { name: 'five keys under one `kid`', begin: world => publishUnderOneKid(world, 5), end: restoreKeys },
  {
    name: `flapping: ${FLAPPING_SECONDS} s down, ${FLAPPING_SECONDS} s up`,
    begin: () => undefined,
    end: heal,
    everySecond: flap,
  },
  failing('metadata alone down', 'down', 'metadata'),
  failing('metadata of another issuer', 'wrong-issuer', 'metadata'),
  atFront('`jwks_uri` moves, with the keys', moveKeySet, () => undefined),
  atFront(
    '`jwks_uri` moves to where nothing is',
    ({ front }) => {
      front.keySetPath = '/nowhere'
    },
    ({ front }) => {
      front.keySetPath = '/jwks'
    },
  ),
]

function publishManyKeys({ rig }: World): void {
  const small = Array.from({ length: 100_000 }, (_, index) => ({ kty: '-', kid: String(index) }))
  rig.issuer.publish(JSON.stringify({ keys: [...small, rig.issuer.signingKey.publicJwk] }))
}

/** The issuer's own key is the last, and others of the same algorithm have its name. */
async function publishUnderOneKid({ rig }: World, count: number): Promise<void> {
  const other = await createTestIssuer({ algorithm: 'ES256' })
  onTestFinished(() => other.stop())
  for (let n = 2; n < count; n++) await other.rotateKeys()
  const own = rig.issuer.signingKey.publicJwk
  const others = other.keys.map(({ publicJwk }) => ({ ...publicJwk, kid: own.kid }))
  rig.issuer.publish({ keys: [...others, own] })
}

function flap({ rig }: World, second: number): void {
  const isDown = Math.floor(second / FLAPPING_SECONDS) % 2 === 0
  rig.issuer.setFault(isDown ? 'down' : undefined)
}

function moveKeySet({ front }: FrontWorld): void {
  const keys = front.keySets.get('/jwks')
  if (keys !== undefined) front.keySets.set('/moved/jwks', keys)
  front.keySets.delete('/jwks')
  front.keySetPath = '/moved/jwks'
}
