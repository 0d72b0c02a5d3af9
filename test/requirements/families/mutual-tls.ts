import { at, type Family, must, notApplicable } from '../entry.ts'

const binding = at('packages/core/test/sender/sender-binding.test.ts')
const headers = at('test/attacks/sender-certificate-headers.test.ts')
const schemes = at('test/attacks/sender-schemes.test.ts')
const tls = at('test/attacks/sender-certificate-tls.test.ts')

export const mutualTls: Family = {
  title: 'Certificate-bound tokens (RFC 8705, RFC 9440, RFC 7800)',
  entries: [
    must(
      'M1a',
      'RFC 8705 section 3',
      'The certificate is that of the TLS connection, and not what a header says.',
      tls('lets in the certificate of its handshake, whatever headers say'),
      tls('to whoever shows a certificate without its private key there is no connection'),
    ),
    must(
      'M1b',
      'RFC 8705 section 3',
      'Another certificate than that of the token, or none, is 401 with invalid_token.',
      tls('does not take a certificate of the same name for the one that the token is bound to'),
      at('packages/express/test/senders.test.ts')(
        'the one of the token lets the request through; another one, or none, does not',
      ),
      at('packages/fastify/test/senders.test.ts')(
        'the one of the token lets the request through; another one, or none, does not',
      ),
    ),
    must(
      'M2',
      'RFC 8705 section 3.1',
      'The thumbprint is the SHA-256 of the DER in base64url without padding.',
      at('packages/core/test/sender/certificate/certificate-headers.test.ts')(
        'the certificate of RFC 8705 appendix A has the thumbprint that the RFC says',
      ),
      binding('a thumbprint with padding'),
    ),
    notApplicable('M3', 'RFC 8705 section 6.2', 'Need not: the chain of a client certificate is not validated.'),
    notApplicable(
      'M4',
      'RFC 8705 section 3',
      'When to ask for a certificate is set where the application makes its TLS server.',
    ),
    must(
      'M5a',
      'RFC 9440 section 4',
      'A header with a certificate counts from the declared proxy alone; by default from nobody.',
      headers('HTTP8: the header of anybody else, as %s'),
      headers('HTTP8: without a declared proxy'),
    ),
    must(
      'M5b',
      'RFC 9440 section 2.2',
      'The header is one value of the form that was declared: another form, or two of them, are refused.',
      headers('sent twice is refused, even where both are right'),
      headers('is refused where it is malformed: %s'),
    ),
    must(
      'M6a',
      'RFC 7800 section 3.1, RFC 8705 section 3, RFC 9449 section 7.2',
      'A token with a confirmation that is not understood to the last member is not accepted at all.',
      binding('what is not understood to the last member is never taken as a bearer token (RFC 9449 section 7.2)'),
      schemes('a token with cnf as %s passes as neither (RFC 7800)'),
    ),
    must(
      'M6b',
      'RFC 7800 section 3.1',
      'A token that is bound to a key and to a certificate needs both.',
      headers('a token that is bound to a certificate and to a key needs both (RFC 7800 section 3.1)'),
      at('packages/core/test/resource-server.senders.test.ts')('both: the proof and the certificate'),
    ),
    must(
      'C1',
      'RFC 7800 section 3.1',
      'cnf is an object; one that holds a key itself, or the address of one, is refused.',
      binding('a key itself (RFC 7800 section 3.2)'),
      binding('a list'),
      at('test/attacks/claims.test.ts')(
        'CL18: bound tokens (RFC 9449 section 7.2, RFC 8705 section 3, RFC 7800 section 3.1)',
      ),
    ),
  ],
}
