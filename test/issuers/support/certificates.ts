export { type Authority, type Certificate, createAuthority } from '@scopeward/testing'
