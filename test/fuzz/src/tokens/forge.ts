import { edited } from './edit.ts'
import { HONEST_CLAIMS, type Members } from './honest.ts'
import type { Keys, Signer } from './keys.ts'
import type { Change, Part, Recipe, SignatureChange, Writing } from './recipe.ts'
import { signatureOf } from './sign.ts'

/** The token that a recipe describes. */
export function forge({ signer: index, changes }: Recipe, keys: Keys): string {
  const signer = keys.honest[index % keys.honest.length] as Signer
  const signature = changes.findLast(change => change.kind === 'signature')?.as
  const header = headerOf(signer, signature, keys)
  const parts = [written('header', header, changes), written('payload', HONEST_CLAIMS, changes)]
  const signingInput = parts.map(bytes => bytes.toString('base64url')).join('.')
  const token = `${signingInput}.${signatureOf(signingInput, signer, signature, keys).toString('base64url')}`
  return changes.reduce((text, change) => (change.kind === 'text' ? edited(text, change.edit) : text), token)
}

function headerOf({ algorithm, key }: Signer, signature: SignatureChange | undefined, keys: Keys): Members {
  const header = Object.entries({ alg: algorithm, typ: 'at+jwt', kid: key.kid }).map(member)
  if (signature !== 'of a stranger, with the key in the header') return header
  return [...header, member(['jwk', keys.strangers[algorithm].publicJwk])]
}

function member([name, value]: readonly [string, unknown]): readonly [string, string] {
  return [name, JSON.stringify(value)]
}

function written(part: Part, honest: Members, changes: readonly Change[]): Buffer {
  const members = changes.reduce((text, change) => changed(text, part, change), named(honest))
  const json = `{${members.map(([name, value]) => `${name}:${value}`).join(',')}}`
  const writings = changes.filter(change => change.kind === 'writing' && change.part === part)
  return writings.reduce(
    (bytes, change) => (change.kind === 'writing' ? rewritten(bytes, change.as) : bytes),
    utf8(json),
  )
}

/** Names as they will stand in the text, with their quotes. */
function named(members: Members): Members {
  return members.map(([name, json]) => [JSON.stringify(name), json])
}

function changed(members: Members, part: Part, change: Change): Members {
  if ((change.kind !== 'member' && change.kind !== 'repeat') || change.part !== part) return members
  const name = JSON.stringify(change.name)
  if (change.kind === 'repeat') {
    const added = [change.escaped ? escaped(name) : name, change.json] as const
    return change.first ? [added, ...members] : [...members, added]
  }
  const { json } = change
  const others = members.filter(([other]) => other !== name)
  return json === undefined ? others : [...others, [name, json]]
}

/** The same name to whoever parses it. */
function escaped(quoted: string): string {
  const code = quoted.charCodeAt(1).toString(16).padStart(4, '0')
  return quoted === '""' || quoted.startsWith('"\\') ? quoted : `"\\u${code}${quoted.slice(2)}`
}

function utf8(text: string): Buffer {
  return Buffer.from(text, 'utf8')
}

function rewritten(bytes: Buffer, as: Writing): Buffer {
  const text = bytes.toString('utf8')
  switch (as) {
    case 'white space':
      return utf8(` \n\t${text}\r\n `)
    case 'escaped names':
      return utf8(text.replace(/"\w+"(?=:)/g, escaped))
    case 'byte order mark':
      return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes])
    case 'invalid UTF-8':
      return withByteInString(bytes)
    case 'UTF-16':
      return Buffer.from(text, 'utf16le')
    case 'trailing comma':
      return utf8(text.replace(/}$/, ',}'))
    case 'trailing text':
      return utf8(`${text}{}`)
    case 'array':
      return utf8(`[${text}]`)
    case 'string':
      return utf8(JSON.stringify(text))
    case 'null':
      return utf8('null')
    case 'single quotes':
      return utf8(text.replaceAll('"', "'"))
    case 'comment':
      return utf8(`/**/${text}`)
    case 'NUL':
      return utf8(`${text}\0`)
  }
}

/** No character of UTF-8 has the byte 0xff. Put before the last quote, which ends a name or a string. */
function withByteInString(bytes: Buffer): Buffer {
  const at = bytes.lastIndexOf('"')
  return Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff]), bytes.subarray(at)])
}
