import { at, type Family, must, notApplicable } from '../entry.ts'

const details = at('test/rar/authorization-details.test.ts')
const stepUp = at('test/step-up/step-up.test.ts')
const claims = at('packages/core/test/access/step-up.test.ts')

export const stepUpAndDetails: Family = {
  title: 'Step-up, resource indicators, authorization details, status lists (RFC 9470, RFC 8707, RFC 9396)',
  entries: [
    must(
      'S1a',
      'RFC 9470 section 3',
      'Too weak a sign-in is answered with 401 and insufficient_user_authentication.',
      stepUp('acr (RFC 9470 sections 3 and 6.1)'),
      stepUp('auth_time (RFC 9470 sections 3 and 6.1), with a clock tolerance of 5 seconds'),
    ),
    must(
      'S1b',
      'RFC 9470 section 3',
      'The challenge names acr_values, separated by spaces, and max_age, a whole number of seconds.',
      stepUp('both at once: the challenge names both, whichever is missing'),
      stepUp('a real client reads the challenges as they are meant'),
      claims('stepUp() refuses at construction'),
    ),
    must(
      'S2',
      'RFC 9470 sections 6.1 and 6.2',
      'acr and auth_time are claims of the token, or of the answer about it; one that is missing meets nothing.',
      stepUp('acr (RFC 9470 sections 3 and 6.1)'),
      stepUp('what the issuer tells of an opaque token counts like the claims of a JWT (RFC 9470 section 6.2)'),
    ),
    must(
      'S3',
      'RFC 9470 section 6.1',
      'A sign-in is no older than max_age, with the clock tolerance, at the time of each request.',
      claims('auth_time must be young enough (RFC 9470 section 6.1)'),
      stepUp('a token that was let in before is refused when its sign-in has become too old'),
    ),
    notApplicable(
      'RI1',
      'RFC 8707 section 2',
      'About the parameter that clients send. The identifier of this server: R1a.',
    ),
    must(
      'RI2a',
      'RFC 9396 sections 9.1 and 9.2',
      'authorization_details is a list of objects with a type, in tokens and in introspection alike.',
      details('authorization_details in %s'),
      details('is refused with 401 where it has another form (RFC 9396 sections 2 and 9)'),
    ),
    must(
      'RI2b',
      'RFC 9396 section 12',
      'Values of authorization_details are compared to the letter.',
      details('meets a requirement by one element, to the letter (RFC 9396 section 12)'),
      at('packages/core/test/access/required-detail.test.ts')(
        'what is required must stand in one element, to the letter (RFC 9396 section 12)',
      ),
    ),
    notApplicable(
      'TS1',
      'Token Status List, draft',
      'A draft, and optional. Status lists are not read; revocation: F2b.',
    ),
    notApplicable('TS2', 'Token Status List, draft', 'As TS1.'),
  ],
}
