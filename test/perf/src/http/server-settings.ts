/** What every server is told. */
export interface ServerSettings {
  readonly issuer: string
  readonly audience: string
  /** What the guarded route requires. */
  readonly scope: string
  /** Where the keys are: `/.well-known/jwks.json` below it. */
  readonly keyServer: string
}

/** What a module with servers exports as default. @returns the URL of the route, when it can be asked */
export type StartServer = (settings: ServerSettings, variant: string) => Promise<string>

/** The path of the route that is measured. */
export const ROUTE = '/imports'

/** What the route answers, on all sides. */
export const ANSWER: Readonly<Record<string, unknown>> = { imports: ['import-000001', 'import-000002'], more: false }
