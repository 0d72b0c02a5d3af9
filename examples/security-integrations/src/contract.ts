/** What the authorization server, the API and its clients agree on. */

/** The one name of all API processes; a load balancer would stand behind it. */
export const PUBLIC_ORIGIN = 'https://api.example.com'

/** What an API client can be given. One privilege each, and none contains another: an integration gets what it needs by name. */
export const scopes = {
  'findings:read': 'Read findings',
  'alerts:read': 'Read alerts',
  'alerts:annotate': 'Add notes to alerts',
  'devices:read': 'Read the device inventory',
  'devices:isolate': 'Cut a device off the network',
} as const
