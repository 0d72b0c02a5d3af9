/** One DER value: tag, length in its shortest form, contents of at most 65,535 bytes. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const prefix = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...prefix), content])
}

export const sequence = (...contents: readonly Uint8Array[]): Buffer => der(0x30, ...contents)
export const integer = (bytes: Uint8Array): Buffer => der(0x02, bytes)
export const bitString = (bytes: Uint8Array): Buffer => der(0x03, Buffer.of(0), bytes)
export const octets = (bytes: Uint8Array): Buffer => der(0x04, bytes)
export const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'))
export const utcTime = (text: string): Buffer => der(0x17, Buffer.from(text))
