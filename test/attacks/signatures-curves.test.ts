import { describe, expect, test } from 'vitest'
import { holdRows } from './hold-rows.ts'
import { changePart, compact, signerOf } from './mint.ts'
import { type Attack, expectAccepted, testAttacks, useBench } from './support.ts'

holdRows()

const bench = useBench(['RS256', 'ES256', 'Ed25519'])

/** Order of the group of P-256. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

function integer(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex')
}

function signature(r: bigint, s: bigint): Attack[2] {
  return honest => compact(honest, { sign: () => Buffer.concat([integer(r), integer(s)]) })
}

/** The honest signature, as bytes, changed. */
function changed(change: (bytes: Buffer) => Buffer): Attack[2] {
  return honest => compact(honest, { sign: input => change(Buffer.from(signerOf(honest.key)(input))) })
}

describe('SIG1, SIG2: ECDSA signatures that are none (CVE-2022-21449, RFC 7518 section 3.4)', () => {
  const range: readonly (readonly [string, bigint, bigint])[] = [
    ['r = 0, s = 0', 0n, 0n],
    ['r = 0, s = 1', 0n, 1n],
    ['r = 1, s = 0', 1n, 0n],
    ['r = 1, s = 1', 1n, 1n],
    ['r = n, s = n', ORDER, ORDER],
    ['r = n, s = 1', ORDER, 1n],
    ['r = 1, s = n', 1n, ORDER],
    ['r = n - 1, s = n - 1', ORDER - 1n, ORDER - 1n],
    ['r and s as large as can be', 2n ** 256n - 1n, 2n ** 256n - 1n],
  ]
  testAttacks(
    bench,
    [
      ...range.map(([name, r, s]): Attack => [`SIG1 ${name}`, 'signature_invalid', signature(r, s)]),
      [
        'SIG1 s + n',
        'signature_invalid',
        changed(bytes => Buffer.concat([bytes.subarray(0, 32), overflow(bytes.subarray(32))])),
      ],
      ['SIG2 a byte behind it', 'signature_invalid', changed(bytes => Buffer.concat([bytes, Buffer.from([0])]))],
      ['SIG2 a byte less', 'signature_invalid', changed(bytes => bytes.subarray(0, 63))],
      [
        'SIG2 zeros in front of r and s',
        'signature_invalid',
        changed(bytes => Buffer.concat([Buffer.alloc(1), bytes.subarray(0, 32), Buffer.alloc(1), bytes.subarray(32)])),
      ],
      ['SIG2 twice', 'signature_invalid', changed(bytes => Buffer.concat([bytes, bytes]))],
      [
        'SIG2 r and s the other way round',
        'signature_invalid',
        changed(bytes => Buffer.concat([bytes.subarray(32), bytes.subarray(0, 32)])),
      ],
      [
        'SIG2 of P-384 in length',
        'signature_invalid',
        changed(bytes =>
          Buffer.concat([Buffer.alloc(16), bytes.subarray(0, 32), Buffer.alloc(16), bytes.subarray(32)]),
        ),
      ],
    ],
    { key: 'key-2' },
  )

  test('SIG4 (r, n - s) is a signature too, and another token: whoever has it has had the first one', async () => {
    const honest = await bench.honest({ key: 'key-2' })
    await expectAccepted(bench, honest.token)
    const twin = changePart(honest.token, 2, part => {
      const bytes = Buffer.from(part, 'base64url')
      const s = BigInt(`0x${bytes.toString('hex', 32)}`)
      return Buffer.concat([bytes.subarray(0, 32), integer(ORDER - s)]).toString('base64url')
    })
    expect(twin).not.toBe(honest.token)
    await expectAccepted(bench, twin)
  })
})

/** n + s where it fits into 32 bytes; else all ones, which is out of range as well. */
function overflow(s: Buffer): Buffer {
  const sum = BigInt(`0x${s.toString('hex')}`) + ORDER
  return sum < 2n ** 256n ? integer(sum) : Buffer.alloc(32, 0xff)
}

describe('SIG3: Ed25519 signatures that are none (RFC 8032 section 5.1.7)', () => {
  const identity = Buffer.from(`01${'00'.repeat(31)}`, 'hex')
  testAttacks(
    bench,
    [
      ['SIG3 zeros', 'signature_invalid', changed(bytes => Buffer.alloc(bytes.length))],
      [
        'SIG3 R the neutral point, S zero',
        'signature_invalid',
        changed(() => Buffer.concat([identity, Buffer.alloc(32)])),
      ],
      [
        'SIG3 S + L: the same number, another spelling',
        'signature_invalid',
        changed(bytes => Buffer.concat([bytes.subarray(0, 32), plusOrder(bytes.subarray(32))])),
      ],
      ['SIG3 a byte less', 'signature_invalid', changed(bytes => bytes.subarray(0, 63))],
      ['SIG3 a byte more', 'signature_invalid', changed(bytes => Buffer.concat([bytes, Buffer.alloc(1)]))],
    ],
    { key: 'key-3' },
  )
})

function plusOrder(littleEndian: Buffer): Buffer {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n
  const sum = BigInt(`0x${Buffer.from(littleEndian).reverse().toString('hex')}`) + order
  return Buffer.from(integer(sum)).reverse()
}
