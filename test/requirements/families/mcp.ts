import { at, atRows, type Family, must, should } from '../entry.ts'

const client = at('test/interop/mcp-client.test.ts')
const challenges = at('test/metadata/challenges.test.ts')
const options = at('packages/core/test/options/parse-resource-metadata.test.ts')
const refusals = at('packages/express/test/refusals.test.ts')
const requirements = atRows('test/parity/requests.test.ts', 'test/parity/rows/requirements.ts')
const wire = at('test/metadata/wire.test.ts')

export const mcp: Family = {
  title: 'MCP authorization, revision 2026-07-28',
  entries: [
    must(
      'MC1a',
      'MCP authorization',
      'Metadata is served, and names at least one authorization server.',
      options('no authorization server'),
      wire('GET (RFC 9728 section 3.2)'),
    ),
    must(
      'MC1b',
      'MCP authorization, RFC 9728 section 5.1',
      'Clients find it by the challenge and by the well-known path.',
      wire('%s names its URL in the challenge (RFC 9728 section 5.1)'),
      challenges('%s (RFC 9728 section 5.1)'),
    ),
    should(
      'MC2a',
      'MCP authorization',
      'The challenge of 401 names the scope of the route.',
      client('a client that asks for nothing by itself asks for the scope of the challenge (MCP authorization)'),
    ),
    should(
      'MC2b',
      'MCP authorization',
      'The challenge of 403 has error, all scopes of the operation, and the URL of the metadata.',
      client('without the scope it learns which one is needed and where (RFC 6750 section 3.1)'),
      refusals('names in the challenge the scopes of the route alone'),
    ),
    must(
      'MC3a',
      'MCP authorization',
      'Only tokens for this server are accepted, and none is handed on: the handler has no token to hand on.',
      client('a token for another MCP server is refused: no token is passed through (RFC 8707 section 2)'),
      at('packages/express/test/granted.test.ts')('leaves no trace of the token in what the handler gets'),
    ),
    must(
      'MC3b',
      'MCP authorization',
      'Bad tokens are 401, malformed requests 400, missing scopes 403.',
      refusals('says no more about a bad token than what RFC 6750 section 3.1 asks for'),
      refusals('refuses a malformed Authorization header with 400 (RFC 6750 section 3.1)'),
      refusals('refuses a good token without the privilege with 403, naming what the route needs'),
    ),
    must(
      'MC4a',
      'MCP authorization',
      'A token in the query is none.',
      atRows('test/parity/requests.test.ts', 'test/parity/rows/elsewhere.ts')('a token in the query alone'),
    ),
    must(
      'MC4b',
      'MCP authorization',
      'Every request needs its own token, on one connection too.',
      at('test/attacks/http-callers.test.ts')('HTTP11 the second request of a connection has no part of the first'),
    ),
    should(
      'MC5',
      'MCP authorization',
      'offline_access is never in scopes_supported, and in no challenge unless a route requires it.',
      options('offline_access is never named: it means nothing to a resource'),
      at('test/requirements/challenges.test.ts')(
        'offline_access is in no challenge of an API that declares it, unless a route requires it',
      ),
    ),
    must(
      'MC6',
      'MCP authorization',
      'A broader scope implies the narrower ones that the option says.',
      requirements('implied: by the next broader scope'),
      requirements('implied: transitively'),
      requirements('implied: never the other way'),
    ),
    {
      ...should(
        'MC7',
        'MCP authorization',
        'A resource identifier with scheme and host in upper case is accepted.',
        at('test/requirements/gaps.test.ts')(
          'a token for the identifier of this server with its host in upper case is accepted (MCP authorization)',
        ),
      ),
      gap: 'By decision: aud is compared code point by code point, as RFC 7519 section 7.3 demands (T3b, T7). It concerns authorization servers that copy what a client wrote into aud without bringing it into normal form. List the second spelling where one does: `audience: ["https://api.example.com/mcp", "HTTPS://API.EXAMPLE.COM/mcp"]`.',
    },
  ],
}
