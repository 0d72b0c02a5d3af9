import { at, type Family, must, notApplicable, should } from '../entry.ts'

const options = at('packages/core/test/options/parse-resource-metadata.test.ts')
const wire = at('test/metadata/wire.test.ts')

export const resourceMetadata: Family = {
  title: 'Protected resource metadata (RFC 9728)',
  entries: [
    must(
      'R1a',
      'RFC 9728 section 1.2',
      'The resource identifier is an https URL without a fragment.',
      options('an http resource'),
      options('a resource with a fragment'),
    ),
    should('R1b', 'RFC 9728 section 1.2', 'The resource identifier has no query.', options('a resource with a query')),
    must(
      'R2',
      'RFC 9728 sections 3 and 3.1',
      'The document stands where the well-known path is inserted between host and path, and nowhere else.',
      options('the well-known path stands between the host and the path of the resource (RFC 9728 section 3.1)'),
      wire('%s serves it at that path and at no other'),
    ),
    must(
      'R3a',
      'RFC 9728 sections 3.1 and 3.2',
      'GET is answered with 200, application/json and a JSON object.',
      wire('GET (RFC 9728 section 3.2)'),
    ),
    must(
      'R3b',
      'RFC 9728 section 3.2',
      'Members without a value are left out.',
      options('members without a value are left out (RFC 9728 section 3.2)'),
    ),
    must(
      'R4',
      'RFC 9728 sections 2 and 3.3',
      'resource is there, and is to the letter what the URL of the document was made of.',
      wire('GET (RFC 9728 section 3.2)'),
      options('a resource that can be written in two ways (RFC 9728 section 3.3)'),
      at('test/interop/mcp-client.test.ts')(
        'it finds the authorization server from the 401, gets a token and calls a tool (RFC 9728 section 5)',
      ),
    ),
    must(
      'R5a',
      'RFC 9728 section 2',
      'Members have the form and the defaults of the RFC, and promise nothing that is not so.',
      options('every member that may be given stands in the document as it was given'),
      options('a member that this API cannot promise'),
      options('what senders have to prove (RFC 9728 section 2)'),
    ),
    should(
      'R5b',
      'RFC 9728 section 2',
      'scopes_supported names the scopes.',
      options('the URL alone suffices: the rest comes from the issuers and the vocabulary (RFC 9728 section 2)'),
    ),
    notApplicable('R6', 'RFC 9728 section 2.2', 'Optional. signed_metadata is not served.'),
    notApplicable('R7', 'RFC 9728 section 5.1', 'MAY. The challenges name the metadata all the same: MC1b.'),
    should(
      'R8',
      'RFC 9728 section 7.10',
      'The document says how long it may be kept.',
      wire('GET (RFC 9728 section 3.2)'),
    ),
    should(
      'R9',
      'RFC 9728 section 3.1',
      'Clients in browsers can read the document.',
      wire('GET from another origin'),
      wire('the preflight of an MCP client in a browser'),
    ),
  ],
}
