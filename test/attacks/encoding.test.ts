import { describe, expect, test } from 'vitest'
import { holdRows } from './hold-rows.ts'
import { base64url, changePart, compact, type Honest, signText } from './mint.ts'
import { type Attack, expectAccepted, expectRefused, expectRefusedInProcess, testAttacks, useBench } from './support.ts'

holdRows()

const bench = useBench()

const PARTS = ['header', 'payload', 'signature'] as const

/** One part changed; for header and payload the signature is made over the changed text, so that it holds. */
function inPart(index: number, change: (part: string) => string): (honest: Honest) => string {
  return honest => {
    const [header = '', payload = ''] = rich(honest).split('.')
    if (index === 2) return changePart(rich(honest), 2, change)
    return index === 0 ? signText(honest, change(header), payload) : signText(honest, header, change(payload))
  }
}

/** A token whose every part has `-` and a last character with unused bits. */
function rich(honest: Honest): string {
  const token = compact(honest, {
    header: withUnusedBits(JSON.stringify({ ...honest.header, filler: '>>>>>>' })),
    payload: withUnusedBits(JSON.stringify({ ...honest.claims, filler: '>>>>>>' })),
  })
  return (token.split('.')[2] ?? '').includes('-')
    ? token
    : rich({ ...honest, claims: { ...honest.claims, jti: `${honest.claims.jti}x` } })
}

function withUnusedBits(json: string): string {
  return json.length % 3 === 0 ? `${json} ` : json
}

const inMiddle = (insertion: string) => (part: string) => part.slice(0, 20) + insertion + part.slice(20)

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Another text of the same bytes, as long as nobody looks at the unused bits. */
function nonCanonical(part: string): string {
  const last = part.at(-1) ?? ''
  return part.slice(0, -1) + ALPHABET[ALPHABET.indexOf(last) + 1]
}

test('the token that the attacks start from is good', async () => {
  await expectAccepted(bench, rich(await bench.honest()))
})

describe('ENC1: white space and control characters (RFC 7515 section 5.2)', () => {
  const visible = [' ', '\t', '\xa0', '\x80', ','] as const
  const invisible = ['\n', '\r', '\r\n', '\0', '\u200b', '\ufeff', '\u2028', '\x7f', '%20'] as const
  const rows = (characters: readonly string[]) =>
    PARTS.flatMap((part, index) =>
      characters.map(character => [`ENC1 ${JSON.stringify(character)} in the ${part}`, index, character] as const),
    )

  test.each(rows(visible))('%s', async (_, index, character) => {
    const forged = inPart(index, inMiddle(character))(await bench.honest())
    await expectRefused(bench, forged, 'authorization_malformed', 'token_malformed')
  })
  test.each(rows(invisible))('%s', async (_, index, character) => {
    const forged = inPart(index, inMiddle(character))(await bench.honest())
    await expectRefusedInProcess(bench, forged, 'authorization_malformed', 'token_malformed')
  })
})

describe('ENC2, ENC3: other alphabets, padding, unused bits (RFC 7515 section 2, RFC 4648 section 3.5)', () => {
  testAttacks(bench, [
    ...PARTS.flatMap((part, index): Attack[] => [
      [`ENC2 "+" for "-" in the ${part}`, 'token_malformed', inPart(index, text => text.replaceAll('-', '+'))],
      [`ENC2 "~" in the ${part}`, 'token_malformed', inPart(index, inMiddle('~'))],
      [`ENC3 unused bits set in the ${part}`, 'token_malformed', inPart(index, nonCanonical)],
      [`ENC3 one character more than there can be in the ${part}`, 'token_malformed', inPart(index, impossibleLength)],
    ]),
    ['ENC2 padding behind the signature', 'token_malformed', inPart(2, text => `${text}=`)],
    ['ENC2 padding twice behind the signature', 'token_malformed', inPart(2, text => `${text}==`)],
    ['ENC2 padding in the header', 'authorization_malformed', inPart(0, text => `${text}=`), 'token_malformed'],
    ['ENC2 padding in the payload', 'authorization_malformed', inPart(1, text => `${text}=`), 'token_malformed'],
  ])
})

function impossibleLength(part: string): string {
  return part + 'A'.repeat((5 - (part.length % 4)) % 4 || 4)
}

describe('ENC4: other numbers of parts (CVE-2025-30204, CVE-2025-27144)', () => {
  testAttacks(bench, [
    ['ENC4 one part', 'token_malformed', ({ token }) => token.split('.')[0] ?? ''],
    ['ENC4 header and payload', 'token_malformed', ({ token }) => token.split('.').slice(0, 2).join('.')],
    ['ENC4 a dot behind', 'token_malformed', ({ token }) => `${token}.`],
    ['ENC4 a dot in front', 'token_malformed', ({ token }) => `.${token}`],
    ['ENC4 two dots in a row', 'token_malformed', ({ token }) => token.replace('.', '..')],
    ['ENC4 the token twice', 'token_malformed', ({ token }) => `${token}.${token}`],
    ['ENC4 dots alone', 'token_malformed', () => '..'],
    ['ENC4 a dot alone', 'token_malformed', () => '.'],
    ['ENC4 16,000 dots', 'token_malformed', () => '.'.repeat(16_000)],
    [
      'ENC4 no payload (detached, RFC 7515 appendix F)',
      'token_malformed',
      ({ token }) => changePart(token, 1, () => ''),
    ],
    ['ENC4 no header', 'token_malformed', ({ token }) => changePart(token, 0, () => '')],
  ])

  test('ENC4 a million dots', async () => {
    await expectRefusedInProcess(bench, '.'.repeat(1_000_000), 'token_too_large')
  })
})

describe('ENC5: large tokens', () => {
  /** The honest token with white space in its JSON, so that it is this long. */
  const ofLength = (honest: Honest, length: number): string => {
    const signatureLength = honest.token.length - honest.token.lastIndexOf('.') - 1
    for (let filler = ''; ; filler += 'x') {
      const header = { ...honest.header, filler }
      const rest = length - base64url(JSON.stringify(header)).length - 2 - signatureLength
      const token = compact(honest, {
        header,
        payload: JSON.stringify(honest.claims).padEnd(Math.floor((rest * 3) / 4)),
      })
      if (token.length === length) return token
    }
  }

  test('ENC5 16,384 characters are accepted, one more is not', async () => {
    const honest = await bench.honest()
    await expectAccepted(bench, ofLength(honest, 16_384))
    await expectRefused(bench, ofLength(honest, 16_385), 'token_too_large')
    await expectRefused(bench, ofLength(honest, 40_000), 'token_too_large')
  })

  test('ENC5 16 megabytes', async () => {
    await expectRefusedInProcess(bench, 'A'.repeat(2 ** 24), 'token_too_large')
  })
})

describe('ENC6: other serializations (RFC 7515 section 7.2)', () => {
  const flattened = ({ token }: Honest) => {
    const [header, payload, signature] = token.split('.')
    return { protected: header, payload, signature }
  }
  const general = (honest: Honest) => {
    const { payload, ...signed } = flattened(honest)
    return { payload, signatures: [signed] }
  }
  test.each([
    ['ENC6 flattened JSON', flattened],
    ['ENC6 general JSON', general],
  ])('%s', async (_, form) => {
    const honest = await bench.honest()
    await expectAccepted(bench, honest.token)
    const json = JSON.stringify(form(honest))
    await expectRefused(bench, json, 'authorization_malformed', 'token_malformed')
    await expectRefused(bench, base64url(json), 'token_malformed')
  })
})

describe('verify() takes the token alone', () => {
  test.each([
    ['nothing', ''],
    ['a space', ' '],
    ['a scheme alone', 'Bearer'],
  ])('and refuses %s', async (_, text) => {
    for (const { core } of bench.apis)
      await expect(core.verify(text)).rejects.toMatchObject({ code: 'token_malformed' })
  })

  test('and refuses it with its scheme', async () => {
    const { token } = await bench.honest()
    for (const { core } of bench.apis) {
      await core.verify(token)
      await expect(core.verify(`Bearer ${token}`)).rejects.toMatchObject({ code: 'token_malformed' })
    }
  })

  test.each([undefined, null, 5, {}, ['a.b.c'], true])('and refuses %j, as it may stand in a message', async value => {
    for (const { core } of bench.apis) {
      await expect(core.verify(value as never)).rejects.toMatchObject({ code: 'token_malformed' })
    }
  })
})
