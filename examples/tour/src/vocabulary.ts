/** What both APIs of the tour have in common: who they are, and the scopes that their routes may require. */
export const audience = 'https://api.example.com'

export const scopes = {
  'controls:read': 'Read controls',
  'controls:write': { description: 'Change controls', implies: ['controls:read'] },
} as const
