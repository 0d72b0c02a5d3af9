import { randomBytes } from 'node:crypto'

const SIGNATURE_BYTES = 256

/**
 * Tokens that are genuine in all but the signature, and as long as genuine ones.
 * @param kid `unknown`: another random one in each token
 */
export function forgeTokens(genuine: readonly string[], amount: number, kid: 'known' | 'unknown'): string[] {
  const parts = genuine.map(token => token.split('.') as [string, string, string])
  return Array.from({ length: amount }, (_, index) => {
    const [header, payload] = parts[index % parts.length] as [string, string, string]
    const forgedHeader = kid === 'known' ? header : withRandomKid(header)
    return `${forgedHeader}.${payload}.${forgedSignature()}`
  })
}

function withRandomKid(header: string): string {
  const members: { kid: string } = JSON.parse(Buffer.from(header, 'base64url').toString())
  const kid = randomBytes(members.kid.length).toString('base64url').slice(0, members.kid.length)
  return Buffer.from(JSON.stringify({ ...members, kid })).toString('base64url')
}

/** Below every modulus of 2048 bits, else one in four would be refused without any arithmetic. */
function forgedSignature(): string {
  const signature = randomBytes(SIGNATURE_BYTES)
  signature.writeUInt8(signature.readUInt8(0) & 0x7f, 0)
  return signature.toString('base64url')
}
