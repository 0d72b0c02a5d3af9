import { DENIALS } from '@scopeward/core'
import { durationText } from '../shared/duration.ts'
import { plainText, printable } from '../shared/printable.ts'
import { leavesOf, publishedKeys, type Situation } from './describe.ts'
import { looksLikeIdToken } from './seen-token.ts'

/** What to do about a refusal: first what this very token shows, then what the table of refusals says for everybody. */
export function adviceFor(situation: Situation): readonly string[] {
  const { code } = situation.verdict
  if (code === undefined) return []
  const particular = [
    ...ofKind(situation),
    ...ofProfile(situation),
    ...ofNames(situation),
    ...ofClock(situation),
    ...ofKeys(situation),
    ...ofPrivilege(situation),
    ...ofBinding(situation),
    ...ofForm(situation),
  ]
  return [...particular, DENIALS[code].remedy.replaceAll('`', '')]
}

function ofKind({ seen, verdict }: Situation): readonly string[] {
  const isAboutKind = ['type_not_accepted', 'claim_not_accepted', 'claim_missing', 'audience_mismatch'].includes(
    verdict.code ?? '',
  )
  if (!isAboutKind || !looksLikeIdToken(seen)) return []
  return [
    'This looks like an ID token, which tells the client who signed in. Send the access token of the same response.',
  ]
}

function ofProfile({ seen, verdict }: Situation): readonly string[] {
  const profile = verdict.detail?.fittingProfile
  if (profile === undefined || looksLikeIdToken(seen)) return []
  return [
    `The issuer writes its access tokens in another way than RFC 9068. Try --profile ${profile}, and set the option profile: '${profile}'.`,
  ]
}

function ofNames({ seen, settings, verdict }: Situation): readonly string[] {
  if (verdict.code === 'issuer_not_trusted') return nearly('iss', seen.claims?.iss, [settings.issuer])
  if (verdict.code !== 'audience_mismatch') return []
  return [seen.claims?.aud].flat().flatMap(audience => nearly('aud', audience, settings.audiences))
}

/** The differences that nobody sees. */
function nearly(claim: string, found: unknown, expected: readonly string[]): readonly string[] {
  if (typeof found !== 'string') return []
  const bare = (text: string): string =>
    text
      .trim()
      .toLowerCase()
      .replace(/^https?:\/\//, '')
      .replace(/\/$/, '')
  if (!expected.some(text => bare(text) === bare(found))) return []
  const withSlash = expected.some(text => text === `${found}/` || found === `${text}/`)
  const difference = withSlash ? 'a slash at the end' : 'upper and lower case, the scheme, a slash or spaces'
  return [`${claim} differs from what is expected in no more than ${difference}: write it exactly as the token has it.`]
}

/** From this on a difference between clocks is worth telling. */
const MIN_DIFFERENCE_SECONDS = 3

function ofClock({ seen, settings, verdict }: Situation): readonly string[] {
  const { code, answers } = verdict
  if (code === 'token_expired') return expired(seen.claims?.exp, settings.clock())
  if (code !== 'token_not_yet_valid' && code !== 'token_issued_in_future') return []
  const ahead = answers.find(({ clockAheadSeconds }) => clockAheadSeconds !== undefined)?.clockAheadSeconds ?? 0
  if (Math.abs(ahead) < MIN_DIFFERENCE_SECONDS)
    return ['Clock skew: compare the clock of this machine with that of the issuer (NTP).']
  return [
    `Clock skew: the clock of the issuer is ${durationText(ahead)} ${ahead > 0 ? 'ahead of' : 'behind'} that of this machine. Set it right (NTP).`,
  ]
}

function expired(exp: unknown, now: number): readonly string[] {
  if (typeof exp !== 'number') return []
  const ago = Math.max(0, now / 1000 - exp)
  return [`It expired ${durationText(ago)} ago. Ask the issuer for a new one; a client should do so before exp.`]
}

function ofKeys({ seen, settings, verdict }: Situation): readonly string[] {
  if (verdict.code === 'introspection_unavailable') return ofQuestion(verdict)
  if (verdict.code === 'keys_unavailable') {
    return verdict.keySet.flatMap(event =>
      event.outcome === 'failed' ? [`The keys cannot be had: ${plainText(event.reason, 300)}.`] : [],
    )
  }
  if (verdict.code !== 'key_unknown') return []
  const { kid, alg } = seen.header ?? {}
  const same = publishedKeys(verdict).find(key => key.kid === kid && kid !== undefined)
  if (same !== undefined) {
    const ignored = verdict.keySet
      .flatMap(event => (event.outcome === 'refreshed' ? event.ignored : []))
      .find(key => key.kid === kid)
    if (ignored !== undefined)
      return [`The key ${printable(kid)} is published, but it is not used: ${plainText(ignored.ignored)}.`]
    return [`The key ${printable(kid)} is published, but not for the algorithm ${printable(alg)}.`]
  }
  const place = settings.offlineKeys === undefined ? 'The issuer' : 'The file of --jwks'
  return [
    `${place} does not list the key ${printable(kid)}: it was rotated away, or the token comes from another issuer or environment. Get a new token.`,
  ]
}

function ofQuestion({ detail }: Situation['verdict']): readonly string[] {
  if (detail?.reason !== 'the answer had status 401') return []
  return ['The issuer does not take the client of --introspect-as: check its name and its secret.']
}

function ofPrivilege({ requirement, verdict }: Situation): readonly string[] {
  const { access, code } = verdict
  if (access === undefined || code !== 'insufficient_scope') return []
  const lacking = leavesOf(requirement).filter(leaf => !access.has(leaf.requirement))
  const scopes = lacking.filter(leaf => typeof leaf.requirement === 'string').map(({ text }) => text)
  const others = lacking.filter(leaf => typeof leaf.requirement !== 'string').map(({ text }) => text)
  return [
    ...(scopes.length === 0
      ? []
      : [
          `The token lacks the ${scopes.length === 1 ? 'scope' : 'scopes'} ${scopes.join(', ')}: ask for it, and see that the client may have it.`,
        ]),
    ...(others.length === 0 ? [] : [`The token does not meet ${others.join(', ')}.`]),
  ]
}

function ofBinding({ presented, verdict }: Situation): readonly string[] {
  const { code } = verdict
  if (code === 'sender_constraint_unsupported' && presented.url === undefined) {
    return ['To check a token that is bound to a key, give --method, --url and --dpop with a proof for that request.']
  }
  if (code === 'client_certificate_missing')
    return ['Give the certificate of the client with --client-certificate FILE.']
  return []
}

function ofForm({ presented, seen, settings, verdict }: Situation): readonly string[] {
  if (verdict.code !== 'token_malformed' && verdict.code !== 'authorization_malformed') return []
  const parts = presented.token.split('.').length
  if (parts === 5) return ['This is an encrypted token (JWE): ask the issuer for signed ones.']
  if (/\s/.test(presented.token)) return ['There is white space in the token: it was copied with a line break.']
  if (seen.form === 'opaque' && !settings.introspects) {
    return [
      'This is no JWT. If the issuer gives out opaque tokens, ask it: --introspect-as CLIENT --client-secret-file FILE.',
    ]
  }
  return parts === 3 ? [] : [`A signed token has 3 parts; this has ${parts}. Part of it was lost, or added.`]
}
