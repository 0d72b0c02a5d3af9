import { isDeepStrictEqual } from 'node:util'
import type { Judges, OurVerdict, TheirVerdict } from './judges.ts'
import type { Keys } from './keys.ts'
import { REFERENCE_ONLY_RULES } from './reference-only-rules.ts'
import { ruleFor, STRICTER_RULES } from './stricter-rules.ts'
import { viewToken } from './token-view.ts'

/**
 * Asks all three about one token. Answers what was seen, and by which rule we alone refused.
 * @throws Error that says who accepted what, where the promise does not hold
 */
export async function compare(token: string, judges: Judges, keys: Keys): Promise<readonly string[]> {
  const [ours, jose, oauth4webapi] = await Promise.all([
    judges.ours(token),
    judges.jose(token),
    judges.oauth4webapi(token),
  ])
  const theirs = { jose, oauth4webapi }
  if (ours.accepted) return requireAccepted(token, ours.claims, theirs, keys)
  if (!jose.accepted || !oauth4webapi.accepted) return [ours.code]
  const rule = ruleFor(ours.code, ours.detail, viewToken(token))
  if (rule === undefined)
    throw finding('We refuse what both references accept, by no rule of the list', token, ours, theirs)
  return [ours.code, `we alone: ${rule.name}`]
}

type Theirs = Readonly<Record<'jose' | 'oauth4webapi', TheirVerdict>>

function requireAccepted(token: string, claims: unknown, theirs: Theirs, keys: Keys): readonly string[] {
  const ours = { accepted: true, claims } as const
  const view = viewToken(token)
  const seen = ['accepted']
  for (const [reference, verdict] of Object.entries(theirs)) {
    if (verdict.accepted) {
      if (isDeepStrictEqual({ ...Object(verdict.claims) }, { ...Object(claims) })) continue
      throw finding(`We read other claims than ${reference}`, token, ours, theirs)
    }
    const rule = REFERENCE_ONLY_RULES.find(
      ({ reference: name, applies }) => name === reference && applies(view, verdict, keys),
    )
    if (rule === undefined) throw finding(`We accept what ${reference} refuses`, token, ours, theirs)
    seen.push(`${reference} alone: ${rule.name}`)
  }
  const broken = STRICTER_RULES.find(rule => rule.breaches(view).length > 0)
  if (broken === undefined) return seen
  throw finding(`We accept what breaks our rule: ${broken.name}`, token, ours, theirs)
}

function finding(what: string, token: string, ours: OurVerdict, theirs: Theirs): Error {
  const shown = token.length > 4000 ? `${token.slice(0, 4000)}… (${token.length} characters)` : token
  const decoded = token.split('.', 2).map(part => Buffer.from(part, 'base64').toString('utf8').slice(0, 1000))
  return new Error(
    [
      `${what}.`,
      `token: ${JSON.stringify(shown)}`,
      `decoded: ${decoded.join(' . ')}`,
      `ours: ${JSON.stringify(ours)}`,
      ...Object.entries(theirs).map(([name, verdict]) => `${name}: ${JSON.stringify(verdict)}`),
    ].join('\n'),
  )
}
