import { describe, expect, test } from 'vitest'
import { parseDpop } from '../../src/options/parse-dpop.ts'
import { parseResourceMetadata, type ResourceMetadata } from '../../src/options/parse-resource-metadata.ts'
import type { ResourceServerOptions } from '../../src/options/resource-server-options.ts'
import { misuseOf } from '../support/refusals.ts'

const RESOURCE = 'https://api.example.com'
const VOCABULARY = ['controls:read', 'controls:write'] as const
const ISSUERS = ['https://login.example.com'] as const

interface Given {
  readonly vocabulary?: readonly string[]
  readonly issuers?: readonly string[] | undefined
  readonly allowHttpOnLoopback?: boolean
  readonly dpop?: ResourceServerOptions<string>['dpop']
}

function parse(options: unknown, given: Given = {}): ResourceMetadata | undefined {
  const { vocabulary = VOCABULARY, allowHttpOnLoopback = false } = given
  const server = { allowHttpOnLoopback, dpop: parseDpop(given.dpop) }
  return parseResourceMetadata(options, vocabulary, 'issuers' in given ? given.issuers : ISSUERS, server)
}

function documentOf(options: object, given?: Given): unknown {
  return parse({ resource: RESOURCE, ...options }, given)?.document
}

test('without the option there is no metadata', () => {
  expect(parse(undefined)).toBeUndefined()
})

test('the URL alone suffices: the rest comes from the issuers and the vocabulary (RFC 9728 section 2)', () => {
  expect(parse({ resource: RESOURCE })).toEqual({
    url: 'https://api.example.com/.well-known/oauth-protected-resource',
    path: '/.well-known/oauth-protected-resource',
    document: {
      resource: RESOURCE,
      authorization_servers: ['https://login.example.com'],
      scopes_supported: ['controls:read', 'controls:write'],
      bearer_methods_supported: ['header'],
    },
  })
})

test('every member that may be given stands in the document as it was given', () => {
  const given = {
    resource: 'https://api.example.com/v1',
    authorization_servers: ['https://login.example.com', 'https://eu.example.com'],
    scopes_supported: ['controls:read'],
    resource_name: 'Controls',
    resource_documentation: 'https://docs.example.com',
    resource_policy_uri: 'https://example.com/policy',
    resource_tos_uri: 'https://example.com/tos',
    authorization_details_types_supported: ['payment_initiation'],
  }
  expect(parse(given)?.document).toEqual({ ...given, bearer_methods_supported: ['header'] })
})

describe('the well-known path stands between the host and the path of the resource (RFC 9728 section 3.1)', () => {
  test.each([
    ['https://api.example.com', '/.well-known/oauth-protected-resource'],
    ['https://api.example.com/', '/.well-known/oauth-protected-resource'],
    ['https://api.example.com/mcp', '/.well-known/oauth-protected-resource/mcp'],
    ['https://api.example.com/mcp/', '/.well-known/oauth-protected-resource/mcp/'],
    ['https://api.example.com/a/b', '/.well-known/oauth-protected-resource/a/b'],
    ['https://api.example.com/v1:beta', '/.well-known/oauth-protected-resource/v1:beta'],
    ['https://api.example.com:8443/a', '/.well-known/oauth-protected-resource/a'],
  ])('%s', (resource, path) => {
    expect(parse({ resource })).toMatchObject({ path, url: new URL(resource).origin + path, document: { resource } })
  })
})

describe('members without a value are left out (RFC 9728 section 3.2)', () => {
  test('scopes, where none are declared or none are to be named', () => {
    expect(documentOf({})).toHaveProperty('scopes_supported')
    expect(documentOf({}, { vocabulary: [] })).not.toHaveProperty('scopes_supported')
    expect(documentOf({ scopes_supported: [] })).not.toHaveProperty('scopes_supported')
  })

  test('types of authorization details', () => {
    const name = 'authorization_details_types_supported'
    expect(documentOf({ [name]: ['payment'] })).toHaveProperty(name)
    expect(documentOf({ [name]: [] })).not.toHaveProperty(name)
  })

  test('members that are undefined', () => {
    expect(documentOf({ resource_name: 'Controls' })).toHaveProperty('resource_name')
    expect(documentOf({ resource_name: undefined })).not.toHaveProperty('resource_name')
  })
})

test('offline_access is never named: it means nothing to a resource', () => {
  const vocabulary = ['controls:read', 'offline_access']
  const named = { scopes_supported: ['controls:read'] }
  expect(documentOf({}, { vocabulary })).toMatchObject(named)
  expect(documentOf({ scopes_supported: ['offline_access', 'controls:read'] }, { vocabulary })).toMatchObject(named)
  expect(documentOf({}, { vocabulary: ['offline_access'] })).not.toHaveProperty('scopes_supported')
})

test('an authorization server that stands there for two audiences is named once', () => {
  const issuers = ['https://login.example.com', 'https://login.example.com']
  expect(documentOf({}, { issuers })).toMatchObject({ authorization_servers: ['https://login.example.com'] })
})

test('a scope that is listed twice is named once, in the order of the list', () => {
  const scopes_supported = ['controls:write', 'controls:read', 'controls:write']
  expect(documentOf({ scopes_supported })).toMatchObject({ scopes_supported: ['controls:write', 'controls:read'] })
})

test('the document cannot be changed afterwards, not even through the list that was given', () => {
  const scopes = ['controls:read']
  const types = ['payment']
  const document = documentOf({ scopes_supported: scopes, authorization_details_types_supported: types }) as object
  scopes.push('admin')
  types.push('transfer')
  expect(document).toMatchObject({
    scopes_supported: ['controls:read'],
    authorization_details_types_supported: ['payment'],
  })
  for (const value of [document, ...Object.values(document).filter(Array.isArray)]) {
    expect(Object.isFrozen(value)).toBe(true)
  }
})

describe('what cannot be used is a mistake at construction', () => {
  const needsResource =
    'Option "resourceMetadata" needs the URL of this API: { resource: \'https://api.example.com\' }.'
  const noServers =
    'Option "resourceMetadata": "authorization_servers" is missing. Clients must be told where to get tokens, and the option "issuer" does not list them.'
  const strings = (name: string) => `Option "resourceMetadata": "${name}" must be an array of non-empty strings.`

  test.each<[string, unknown, string, string]>([
    ['true', true, 'option_missing', needsResource],
    ['null', null, 'option_missing', needsResource],
    ['the URL alone', RESOURCE, 'option_missing', needsResource],
    ['a list', [RESOURCE], 'option_missing', needsResource],
    ['no resource', {}, 'option_missing', needsResource],
    [
      'a misspelt member',
      { resource: RESOURCE, scopes_suported: ['controls:read'] },
      'option_unknown',
      'resourceMetadata has no option "scopes_suported". Did you mean "scopes_supported"?',
    ],
    [
      'a member that this API cannot promise',
      { resource: RESOURCE, bearer_methods_supported: ['query'] },
      'option_unknown',
      'resourceMetadata has no option "bearer_methods_supported". Known: resource, authorization_servers, scopes_supported, resource_name, resource_documentation, resource_policy_uri, resource_tos_uri, authorization_details_types_supported.',
    ],
    [
      'a relative resource',
      { resource: '/v1' },
      'option_invalid',
      'Option "resourceMetadata.resource" must be an absolute URL, not "/v1".',
    ],
    [
      'a resource that is no string',
      { resource: new URL(RESOURCE) },
      'option_invalid',
      'Option "resourceMetadata.resource" must be an absolute URL, not an object.',
    ],
    [
      'an http resource',
      { resource: 'http://api.example.com' },
      'option_invalid',
      'Option "resourceMetadata.resource" must be an https URL, not "http://api.example.com".',
    ],
    [
      'an http resource on loopback',
      { resource: 'http://127.0.0.1:3000' },
      'option_invalid',
      'Option "resourceMetadata.resource" is an http URL. For tests on this machine add allowHttpOnLoopback: true.',
    ],
    [
      'a resource with a fragment',
      { resource: `${RESOURCE}#v1` },
      'option_invalid',
      'Option "resourceMetadata.resource" must have no user name, password or fragment.',
    ],
    [
      'a resource with a query',
      { resource: `${RESOURCE}?v=1` },
      'option_invalid',
      'Option "resourceMetadata": "resource" must have no query (RFC 9728 section 1.2).',
    ],
    ['no authorization server', { resource: RESOURCE, authorization_servers: [] }, 'option_missing', noServers],
    [
      'an authorization server that is no list',
      { resource: RESOURCE, authorization_servers: 'https://login.example.com' },
      'option_invalid',
      strings('authorization_servers'),
    ],
    [
      'an authorization server that is no string',
      { resource: RESOURCE, authorization_servers: ['https://login.example.com', 7] },
      'option_invalid',
      strings('authorization_servers'),
    ],
    [
      'a scope that is not declared',
      { resource: RESOURCE, scopes_supported: ['controls:raed'] },
      'option_invalid',
      'Option "resourceMetadata": "scopes_supported" must name declared scopes only: "controls:raed" is not in the option "scopes".',
    ],
    [
      'scopes as one string',
      { resource: RESOURCE, scopes_supported: 'controls:read' },
      'option_invalid',
      strings('scopes_supported'),
    ],
    [
      'an empty name',
      { resource: RESOURCE, resource_name: '' },
      'option_invalid',
      'Option "resourceMetadata": "resource_name" must be a non-empty string, not "".',
    ],
    [
      'a name that is no string',
      { resource: RESOURCE, resource_name: 7 },
      'option_invalid',
      'Option "resourceMetadata": "resource_name" must be a non-empty string, not 7.',
    ],
    [
      'documentation that is no URL',
      { resource: RESOURCE, resource_documentation: 'see the wiki' },
      'option_invalid',
      'Option "resourceMetadata": "resource_documentation" must be a URL without user name and password, not "see the wiki".',
    ],
    [
      'a policy that is no URL',
      { resource: RESOURCE, resource_policy_uri: '/policy' },
      'option_invalid',
      'Option "resourceMetadata": "resource_policy_uri" must be a URL without user name and password, not "/policy".',
    ],
    [
      'terms that are no URL',
      { resource: RESOURCE, resource_tos_uri: null },
      'option_invalid',
      'Option "resourceMetadata": "resource_tos_uri" must be a non-empty string, not null.',
    ],
    [
      'an empty type of authorization details',
      { resource: RESOURCE, authorization_details_types_supported: [''] },
      'option_invalid',
      strings('authorization_details_types_supported'),
    ],
  ])('%s', (_, options, code, message) => {
    expect(misuseOf(() => parse(options))).toEqual({ code, message })
  })

  test.each<[string, string]>([
    ['authorization_servers', 'https://login.example.com'],
    ['scopes_supported', 'controls:read'],
    ['authorization_details_types_supported', 'payment'],
  ])('a list with a hole: %s', (name, item) => {
    expect(documentOf({ [name]: [item] })).toMatchObject({ [name]: [item] })
    for (const list of [new Array(1), Object.assign([item], { length: 2 })]) {
      expect(misuseOf(() => documentOf({ [name]: list }))).toEqual({ code: 'option_invalid', message: strings(name) })
    }
  })

  describe('a resource that can be written in two ways (RFC 9728 section 3.3)', () => {
    const plain =
      'Option "resourceMetadata": "resource" must have a path of letters, digits and other plain characters, without % and *.'
    const normal = (form: string) => `Option "resourceMetadata": "resource" must be in normal form: "${form}".`

    test.each([
      ['/a%20b', plain],
      ['/%61', plain],
      ['/%2F', plain],
      ['/*', plain],
      ['/a*b', plain],
      ['/é', plain],
      ['/a b', plain],
      ['/a/../b', normal(`${RESOURCE}/b`)],
      ['/a/./b', normal(`${RESOURCE}/a/b`)],
      ['/..', normal(`${RESOURCE}/`)],
      ['/a\\b', normal(`${RESOURCE}/a/b`)],
      ['\\a', normal(`${RESOURCE}/a`)],
      ['/a\tb', normal(`${RESOURCE}/ab`)],
    ])('%j after the origin', (path, message) => {
      expect(parse({ resource: `${RESOURCE}/a-b_c.d~e:f` })?.path).toBe(
        '/.well-known/oauth-protected-resource/a-b_c.d~e:f',
      )
      expect(misuseOf(() => parse({ resource: RESOURCE + path }))).toEqual({ code: 'option_invalid', message })
    })

    test.each([
      ['https://API.example.com', normal('https://api.example.com/')],
      ['HTTPS://api.example.com', normal('https://api.example.com/')],
      ['https://api.example.com:443', normal('https://api.example.com/')],
      ['https:api.example.com', normal('https://api.example.com/')],
      ['https://äpi.example.com', normal('https://xn--pi-uia.example.com/')],
    ])('%s', (resource, message) => {
      expect(parse({ resource: RESOURCE })).toBeDefined()
      expect(misuseOf(() => parse({ resource }))).toEqual({ code: 'option_invalid', message })
    })
  })

  describe('an authorization server that cannot be one (RFC 8414 section 2)', () => {
    const name = 'Option "resourceMetadata.authorization_servers"'
    test.each([
      ['foo', `${name} must be an absolute URL, not "foo".`],
      ['login.example.com', `${name} must be an absolute URL, not "login.example.com".`],
      [' https://login.example.com', `${name} must be an absolute URL, not " https://login.example.com".`],
      ['javascript:x', `${name} must be an https URL, not "javascript:x".`],
      ['http://login.example.com', `${name} must be an https URL, not "http://login.example.com".`],
      ['http://127.0.0.1:1', `${name} is an http URL. For tests on this machine add allowHttpOnLoopback: true.`],
      ['https://a:b@login.example.com', `${name} must have no user name, password or fragment.`],
      ['https://login.example.com#x', `${name} must have no user name, password or fragment.`],
    ])('%j', (server, message) => {
      const honest = 'https://login.example.com'
      const servers = (...list: string[]) => parse({ resource: RESOURCE, authorization_servers: list })
      expect(servers(honest)?.document.authorization_servers).toEqual([honest])
      for (const list of [[server], [honest, server]]) {
        expect(misuseOf(() => servers(...list))).toEqual({ code: 'option_invalid', message })
      }
    })
  })

  test.each(['resource_documentation', 'resource_policy_uri', 'resource_tos_uri'])(
    '%s that is a URL, but no page that a person may open',
    name => {
      for (const page of ['https://docs.example.com/é', 'http://docs.example.com']) {
        expect(documentOf({ [name]: page })).toHaveProperty(name, page)
      }
      for (const url of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'ftp://files.example.com']) {
        expect(misuseOf(() => documentOf({ [name]: url }))).toEqual({
          code: 'option_invalid',
          message: `Option "resourceMetadata": "${name}" must be a URL without user name and password, not "${url}".`,
        })
      }
    },
  )

  test('a page whose URL holds a password, which is not shown', () => {
    expect(documentOf({ resource_tos_uri: 'https://docs.example.com' })).toHaveProperty('resource_tos_uri')
    expect(misuseOf(() => documentOf({ resource_tos_uri: 'https://reader:secret@docs.example.com' }))).toEqual({
      code: 'option_invalid',
      message:
        'Option "resourceMetadata": "resource_tos_uri" must be a URL without user name and password, not a text with "@" in it, which is not shown.',
    })
  })

  test('issuers that a function finds, without saying where tokens are to be had', () => {
    const found = { issuers: undefined }
    expect(documentOf({ authorization_servers: ['https://login.example.com'] }, found)).toMatchObject({
      authorization_servers: ['https://login.example.com'],
    })
    expect(misuseOf(() => documentOf({}, found))).toEqual({ code: 'option_missing', message: noServers })
  })
})

test('an http resource on loopback is for tests (allowHttpOnLoopback)', () => {
  expect(parse({ resource: 'http://127.0.0.1:3000/mcp' }, { allowHttpOnLoopback: true })).toMatchObject({
    url: 'http://127.0.0.1:3000/.well-known/oauth-protected-resource/mcp',
  })
})

describe('what senders have to prove (RFC 9728 section 2)', () => {
  test.each<[Given['dpop'], object]>([
    ['off', {}],
    ['accepted', { dpop_signing_alg_values_supported: ['ES256', 'Ed25519', 'PS256'] }],
    [{ mode: 'accepted', algorithms: ['PS512'] }, { dpop_signing_alg_values_supported: ['PS512'] }],
    [
      'required',
      { dpop_signing_alg_values_supported: ['ES256', 'Ed25519', 'PS256'], dpop_bound_access_tokens_required: true },
    ],
  ])('%j', (dpop, members) => {
    expect(documentOf({}, { dpop })).toEqual({ ...(documentOf({}) as object), ...members })
  })
})
