import { withClaims } from '../../forgeries/forgery.ts'
import { joinTarget, splitTarget, type Target } from '../target.ts'
import type { ProofForgery } from './proof-forgery.ts'

export type ProofTargetForgeryName =
  | 'htu-missing'
  | 'htu-array'
  | 'htu-other-path'
  | 'htu-path-case'
  | 'htu-trailing-slash'
  | 'htu-encoded-slash'
  | 'htu-other-host'
  | 'htu-host-prefix'
  | 'htu-host-final-dot'
  | 'htu-host-full-width'
  | 'htu-other-port'
  | 'htu-other-scheme'
  | 'htu-userinfo'
  | 'htu-backslash'
  | 'htu-one-slash'
  | 'htu-relative'
  | 'htu-without-scheme'
  | 'htu-tab'
  | 'htu-leading-space'

/** Defects in `htu`; all really signed by the key. Those that `new URL()` would mend are not URIs (RFC 3986). */
export const proofTargetForgeries: Readonly<Record<ProofTargetForgeryName, ProofForgery>> = {
  'htu-missing': { check: 'DP3', description: 'no htu', build: withClaims({ htu: undefined }) },
  'htu-array': {
    check: 'DP3',
    description: 'a list with the right URL in it',
    build: withClaims(({ claims }) => ({ htu: [claims.htu] })),
  },
  'htu-other-path': forged('another path', ({ path }) => ({ path: `/another${path}` })),
  'htu-path-case': forged('the path in other case: another path', ({ path }) => ({ path: otherCase(path) })),
  'htu-trailing-slash': forged('a slash more at the end of the path, or less where it had one', ({ path }) => ({
    path: path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : `${path}/`,
  })),
  'htu-encoded-slash': forged(
    'the last slash of the path, or one more behind it, as %2F: data, no separator',
    target => ({
      path: encodedSlash(target.path),
    }),
  ),
  'htu-other-host': forged('another host', () => ({ host: 'attacker.example' })),
  'htu-host-prefix': forged('a host that only begins like the right one', ({ host }) => ({
    host: `${host}.attacker.example`,
  })),
  'htu-host-final-dot': forged('a dot behind the host', ({ host }) => ({ host: `${host}.` })),
  'htu-host-full-width': forged('a character of the host in full width, which new URL() narrows', ({ host }) => ({
    host: host.replace(/[a-z0-9]/i, each => String.fromCharCode(each.charCodeAt(0) + 0xfee0)),
  })),
  'htu-other-port': forged('another port', ({ port }) => ({ port: port === '8443' ? '9443' : '8443' })),
  'htu-other-scheme': forged('http for https, or the other way round', ({ scheme }) => ({
    scheme: scheme.toLowerCase() === 'https' ? 'http' : 'https',
  })),
  'htu-userinfo': forged('a user name in front of the host', ({ host }) => ({ host: `user@${host}` })),
  'htu-backslash': forged('backslashes in the path, which new URL() turns over', ({ path }) => ({
    path: (path || '/').replaceAll('/', '\\'),
  })),
  'htu-one-slash': spelled('one slash in front of the host, which new URL() doubles', htu => htu.replace('//', '/')),
  'htu-relative': spelled('the path alone', htu => splitTarget(htu).path || '/'),
  'htu-without-scheme': spelled('no scheme', htu => htu.slice(htu.indexOf('//'))),
  'htu-tab': spelled('a tab in the middle, which new URL() drops', htu => `${htu.slice(0, -1)}\t${htu.slice(-1)}`),
  'htu-leading-space': spelled('a space in front, which new URL() drops', htu => ` ${htu}`),
}

function spelled(description: string, change: (htu: string) => string): ProofForgery {
  return { check: 'DP9', description, build: withClaims(({ claims }) => ({ htu: change(String(claims.htu)) })) }
}

function forged(description: string, change: (target: Target) => Partial<Target>): ProofForgery {
  return spelled(description, htu => {
    const target = splitTarget(htu)
    return joinTarget({ ...target, ...change(target) })
  })
}

function otherCase(path: string): string {
  const upper = path.toUpperCase()
  if (upper !== path) return upper
  if (path.toLowerCase() !== path) return path.toLowerCase()
  throw new TypeError('forge: "htu-path-case" needs a url whose path has a letter')
}

function encodedSlash(path: string): string {
  const last = path.lastIndexOf('/')
  return last > 0 ? `${path.slice(0, last)}%2F${path.slice(last + 1)}` : `${path}%2F`
}
