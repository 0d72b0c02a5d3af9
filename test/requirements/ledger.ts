import type { Entry, Family } from './entry.ts'
import { accessToken } from './families/access-token.ts'
import { jwa } from './families/algorithms.ts'
import { bearer } from './families/bearer.ts'
import { bestPractice } from './families/best-practice.ts'
import { choices } from './families/choices.ts'
import { discovery } from './families/discovery.ts'
import { dpopProofs } from './families/dpop.ts'
import { dpopServer } from './families/dpop-server.ts'
import { stepUpAndDetails } from './families/extensions.ts'
import { fapi } from './families/fapi.ts'
import { http } from './families/http.ts'
import { introspection } from './families/introspection.ts'
import { jwk } from './families/jwk.ts'
import { jws } from './families/jws.ts'
import { jwt } from './families/jwt.ts'
import { mcp } from './families/mcp.ts'
import { mutualTls } from './families/mutual-tls.ts'
import { resourceMetadata } from './families/resource-metadata.ts'

/** What the documents demand of a resource server, and the tests that prove it. */
export const LEDGER: readonly Family[] = [
  http,
  bearer,
  jws,
  jwt,
  jwk,
  jwa,
  bestPractice,
  accessToken,
  discovery,
  resourceMetadata,
  dpopProofs,
  dpopServer,
  mutualTls,
  introspection,
  stepUpAndDetails,
  fapi,
  mcp,
  choices,
]

export const ENTRIES: readonly Entry[] = LEDGER.flatMap(({ entries }) => entries)

/** The id without the letter that tells the demands of one entry apart: `AT3` for `AT3b`. */
export function baseOf(id: string): string {
  return id.replace(/[a-z]$/, '')
}

/** How many entries the documents have, by the letters of their ids. No entry may be passed over in silence. */
const COUNTS: Readonly<Record<string, number>> = {
  H: 11,
  B: 20,
  J: 11,
  T: 7,
  K: 8,
  A: 8,
  P: 12,
  AT: 8,
  D: 6,
  R: 9,
  DP: 22,
  M: 6,
  I: 6,
  S: 3,
  RI: 2,
  C: 1,
  TS: 2,
  F: 8,
  MC: 7,
  Z: 12,
}

export const ALL_IDS: readonly string[] = Object.entries(COUNTS).flatMap(([letters, count]) =>
  Array.from({ length: count }, (_, index) => `${letters}${index + 1}`),
)

/** An id in the title of a test. Those of the attack catalogue (ALG, CL, HTTP, …) are longer words and do not match. */
export const CITATION = new RegExp(
  `(?<![\\w%\\\\#-])(?:${Object.keys(COUNTS).join('|')})[1-9]\\d?[a-z]?(?![\\w%-])`,
  'g',
)
