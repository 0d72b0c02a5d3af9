/** The part of oidc-provider that these tests use; the package has no types of its own. */
declare module 'oidc-provider' {
  export class Provider {
    constructor(issuer: string, configuration: Readonly<Record<string, unknown>>)
    callback(): import('node:http').RequestListener
    /** Records what the user of a backchannel authentication request (OpenID Connect CIBA) decided. */
    backchannelResult(request: { readonly jti: string }, grant: Grant): Promise<void>
    readonly Grant: new (of: {
      readonly accountId: string
      readonly clientId: string
    }) => Grant
  }

  interface Grant {
    addOIDCScope(scope: string): void
    addResourceScope(resource: string, scope: string): void
    save(): Promise<string>
  }
}
