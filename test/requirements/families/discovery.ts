import { at, type Family, must, notApplicable, should } from '../entry.ts'

const discover = at('packages/core/test/issuer/discover.test.ts')
const fetching = at('test/requirements/fetching.test.ts')
const document = at('packages/core/test/issuer/fetch-document.test.ts')
const network = at('test/attacks/network.test.ts')
const provider = at('test/interop/provider-keys.test.ts')

export const discovery: Family = {
  title: 'Authorization server metadata (RFC 8414, OpenID Connect Discovery)',
  entries: [
    must(
      'D1',
      'RFC 8414 section 3.3',
      'Metadata that names another issuer is not used.',
      discover('of another issuer (RFC 8414 section 3.3)'),
      at('packages/core/test/issuer/key-source.test.ts')(
        'metadata of another issuer costs no keys either, and is not believed',
      ),
      at('test/issuers/introspection-outage.test.ts')('of somebody else is never believed (RFC 8414 section 3.3)'),
    ),
    must(
      'D2',
      'RFC 8414 section 4',
      'Issuers are compared code point by code point.',
      discover('of the issuer with a slash more'),
      discover('of the issuer in other case'),
      provider('a provider whose issuer differs by a trailing slash is not trusted (RFC 8414 section 3.3)'),
    ),
    must(
      'D3',
      'RFC 8414 sections 3 and 3.1',
      'The well-known path is inserted before that of the issuer, and appended only for OpenID Connect.',
      discover('an issuer with the path %j (RFC 8414 section 3.1, OpenID Connect Discovery section 4)'),
      provider(
        'the keys of an issuer with a path are found where OpenID Connect puts its metadata (RFC 8414 section 5)',
      ),
    ),
    must(
      'D4a',
      'RFC 8414 section 2',
      'jwks_uri is https, and so is the issuer.',
      network('NET6: where metadata may send us for keys (RFC 8414 section 2)'),
      at('packages/core/test/options/targets.test.ts')('issuer (RFC 8414 section 2)'),
      at('packages/core/test/options/targets.test.ts')('an http jwksUri is refused'),
    ),
    must(
      'D4b',
      'RFC 8414 section 6.1',
      'The certificate of the issuer is checked before anything that it says is believed.',
      fetching('metadata and keys of a server that nobody trusts are not believed (RFC 8414 section 6.1)'),
      fetching('nor are those of a server that is certified under another name (RFC 8414 section 6.1)'),
    ),
    must(
      'D4c',
      'RFC 8414 section 3.2',
      'Metadata is a JSON object, answered with 200.',
      document('an answer that is no strict JSON object fails, and the reason holds nothing that the server sent'),
    ),
    notApplicable('D5', 'RFC 8414 section 2.1', 'MAY. signed_metadata is ignored.'),
    should(
      'D6',
      'OpenID Connect Core section 10.1.1',
      'An unknown kid leads back to the key set, and its max-age says how long keys are kept.',
      provider('after %s the new tokens are good and the old ones are not'),
      at('packages/core/test/issuer/key-source.test.ts')('freshness follows Cache-Control between a minute and a day'),
    ),
  ],
}
