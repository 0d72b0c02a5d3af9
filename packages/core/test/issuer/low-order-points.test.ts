import { createPublicKey, verify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { readPublicJwk } from '../../src/issuer/public-jwk.ts'
import { ALGORITHMS } from '../../src/shared/algorithms.ts'
import { ED25519 } from '../support/key-material.ts'

/**
 * The points of small order on edwards25519, computed from the curve's equation alone (RFC 8032 section 5.1), so that the
 * list of constants in the source is proven complete and not merely copied from another list.
 */
const P = 2n ** 255n - 19n
const mod = (a: bigint) => ((a % P) + P) % P
const power = (base: bigint, exponent: bigint): bigint => {
  let result = 1n
  for (let b = mod(base), e = exponent; e > 0n; e >>= 1n, b = mod(b * b)) if (e & 1n) result = mod(result * b)
  return result
}
const inverse = (a: bigint) => power(a, P - 2n)
const D = mod(-121665n * inverse(121666n))
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n)

function squareRoot(a: bigint): bigint | undefined {
  const root = power(a, (P + 3n) / 8n)
  return [root, mod(root * ROOT_OF_MINUS_ONE)].find(candidate => mod(candidate * candidate - a) === 0n)
}

type Point = readonly [bigint, bigint]

function add([x1, y1]: Point, [x2, y2]: Point): Point {
  const product = mod(D * x1 * x2 * y1 * y2)
  return [mod((x1 * y2 + x2 * y1) * inverse(1n + product)), mod((y1 * y2 + x1 * x2) * inverse(1n - product))]
}

/** Both points with this y, as far as it is on the curve: x² = (y² - 1) / (d·y² + 1). */
function pointsAt(y: bigint): Point[] {
  const x = squareRoot(mod((y * y - 1n) * inverse(D * y * y + 1n)))
  if (x === undefined) return []
  return x === 0n
    ? [[0n, y]]
    : [
        [x, y],
        [mod(-x), y],
      ]
}

const isSmall = (point: Point): boolean => {
  const two = add(point, point)
  const four = add(two, two)
  const [x, y] = add(four, four)
  return x === 0n && y === 1n
}

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n

function multiply(point: Point, factor: bigint): Point {
  let result: Point = [0n, 1n]
  for (let base = point, k = factor; k > 0n; k >>= 1n, base = add(base, base)) if (k & 1n) result = add(result, base)
  return result
}

/** Multiplying any point by the order of the large subgroup leaves its part of small order; all eight turn up soon. */
function smallOrderPoints(): Point[] {
  const found = new Map<string, Point>()
  for (let y = 2n; found.size < 8; y++) {
    for (const point of pointsAt(y)) {
      const small = multiply(point, ORDER)
      found.set(small.join(), small)
    }
  }
  return [...found.values()]
}

function encode(y: bigint, sign: 0 | 1): string {
  const bytes = Buffer.from(y.toString(16).padStart(64, '0'), 'hex').reverse()
  bytes[31] = (bytes[31] as number) | (sign << 7)
  return bytes.toString('base64url')
}

const POINTS = smallOrderPoints()
const reasonOf = (x: string) => {
  const result = readPublicJwk({ kty: 'OKP', crv: 'Ed25519', x }, ALGORITHMS)
  return 'ignored' in result ? result.ignored : undefined
}
const WEAK = 'x is a low-order or non-canonical point'

describe('Ed25519 keys of small order are left aside, in every encoding (RFC 8032 section 5.1)', () => {
  test('the points computed here are all eight that the curve has', () => {
    expect(POINTS.every(isSmall)).toBe(true)
    expect(new Set(POINTS.map(([, y]) => y)).size).toBe(5)
  })

  const ordinates = [...new Set(POINTS.map(([, y]) => y))]
  test.each(ordinates.flatMap(y => [encode(y, 0), encode(y, 1)]))('%s', x => {
    expect(reasonOf(ED25519.x as string)).toBeUndefined()
    expect(reasonOf(x)).toBe(WEAK)
  })

  const nonCanonical = Array.from({ length: 19 }, (_, i) => P + BigInt(i))
  test.each(nonCanonical.flatMap(y => [encode(y, 0), encode(y, 1)]))('%s, whose y is not below p', x => {
    expect(reasonOf(x)).toBe(WEAK)
  })

  test('the largest canonical y that is not of small order is taken', () => {
    expect(reasonOf(encode(P - 2n, 0))).toBeUndefined()
  })
})

// Node 24 refuses them by itself, Node 20 and 22 do not.
test.runIf(Number.parseInt(process.versions.node, 10) < 24)(
  'the refusal has a reason: node:crypto takes such keys, and a constant signature then fits unsigned messages',
  () => {
    const messages = Array.from({ length: 200 }, (_, i) => Buffer.from(`message ${i}`))
    const identity = encode(1n, 0)
    const signature = Buffer.concat([Buffer.from(identity, 'base64url'), Buffer.alloc(32)])
    const accepted = POINTS.map(([x, y]) => {
      const key = createPublicKey({
        key: { kty: 'OKP', crv: 'Ed25519', x: encode(y, x & 1n ? 1 : 0) },
        format: 'jwk',
      })
      return messages.filter(message => verify(null, message, key, signature)).length
    })
    expect(Math.min(...accepted)).toBeGreaterThan(0)
    expect(Math.max(...accepted)).toBe(messages.length)
  },
)
