import { randomUUID } from 'node:crypto'
import type { Access } from '@scopeward/express'

/** Who acted: a service for itself, or a user through a client. */
export type Principal = Pick<Access, 'kind' | 'subject' | 'clientId'>

export interface Control {
  readonly id: string
  readonly organization: string
  readonly title: string
  readonly createdBy: Principal
}

/** Every method takes the organization first: nothing here reaches into another one. */
export class ControlStore {
  readonly #byId = new Map<string, Control>()

  constructor(controls: readonly Control[]) {
    for (const control of controls) this.#byId.set(control.id, control)
  }

  list(organization: string): readonly Control[] {
    return [...this.#byId.values()].filter(control => control.organization === organization)
  }

  find(organization: string, id: string): Control | undefined {
    const control = this.#byId.get(id)
    return control?.organization === organization ? control : undefined
  }

  add(organization: string, title: string, createdBy: Principal): Control {
    const control = { id: randomUUID(), organization, title, createdBy }
    this.#byId.set(control.id, control)
    return control
  }

  rename(organization: string, id: string, title: string): Control | undefined {
    const control = this.find(organization, id)
    if (control === undefined) return undefined
    const renamed = { ...control, title }
    this.#byId.set(id, renamed)
    return renamed
  }

  remove(organization: string, id: string): boolean {
    return this.find(organization, id) !== undefined && this.#byId.delete(id)
  }
}

/** Acts as its owner: with the owner's roles, and no more scopes than the owner delegated. */
export interface PersonalClient {
  readonly kind: 'personal'
  readonly clientId: string
  readonly organization: string
  /** Subject of the user. */
  readonly owner: string
  readonly scopes: readonly string[]
}

/** Acts for itself, with a role of its own. */
export interface ServiceAccount {
  readonly kind: 'service-account'
  readonly clientId: string
  readonly organization: string
  readonly role: 'controls-reader' | 'controls-admin'
}

/** Without its secret: that is the authorization server's matter alone. */
export type Client = PersonalClient | ServiceAccount

const importer: Principal = { kind: 'service', subject: 'nightly-import', clientId: 'nightly-import' }

export const controls: readonly Control[] = [
  { id: 'access-review', organization: 'acme', title: 'Review access every quarter', createdBy: importer },
  { id: 'backup-restore', organization: 'acme', title: 'Restore a backup every month', createdBy: importer },
  {
    id: 'key-rotation',
    organization: 'globex',
    title: 'Rotate keys every year',
    createdBy: { kind: 'service', subject: 'globex-import', clientId: 'globex-import' },
  },
]

/** Roles by user. */
export const users: ReadonlyMap<string, readonly string[]> = new Map([
  ['user-ada', ['administrator']],
  ['user-grace', []],
])

const scopes = ['controls:read', 'controls:write', 'clients:read']

export const clients: readonly Client[] = [
  { kind: 'personal', clientId: 'ada-laptop', organization: 'acme', owner: 'user-ada', scopes },
  { kind: 'personal', clientId: 'grace-laptop', organization: 'acme', owner: 'user-grace', scopes },
  { kind: 'service-account', clientId: 'nightly-import', organization: 'acme', role: 'controls-admin' },
  { kind: 'service-account', clientId: 'dashboard', organization: 'acme', role: 'controls-reader' },
  { kind: 'service-account', clientId: 'globex-import', organization: 'globex', role: 'controls-admin' },
]
