import { advisories } from './advisories.ts'
import { algorithms, signatures } from './algorithms.ts'
import { behaviours } from './behaviours.ts'
import { claims } from './claims.ts'
import { encoding, json } from './encoding.ts'
import { http } from './http.ts'
import { keys } from './keys.ts'
import { network } from './network.ts'
import { openidAccepted, openidRefused } from './openid-suite.ts'
import type { AttackGroup, AttackRow } from './row.ts'

export const GROUPS: readonly AttackGroup[] = [
  algorithms,
  keys,
  signatures,
  encoding,
  json,
  claims,
  network,
  http,
  openidRefused,
  openidAccepted,
  advisories,
  behaviours,
]

export const ROWS: readonly AttackRow[] = GROUPS.flatMap(group => group.rows)
