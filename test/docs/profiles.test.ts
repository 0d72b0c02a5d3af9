import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createResourceServer, PROFILES, type ProfileName, type Requirement } from '@scopeward/core'
import { expect, test } from 'vitest'
import { signingIssuer } from '../profiles/issuers.ts'
import { LET_THROUGH } from '../profiles/other-tokens.ts'
import type { ProfileSample } from '../profiles/sample.ts'
import { entraSamples } from '../profiles/samples/entra.ts'
import { generatedFolder } from './generated.ts'
import { codeBlocks, read } from './markdown.ts'

const PAGE = 'docs/profiles.md'
const GUIDE = 'docs/guides/profiles.md'
const folder = generatedFolder()

/** Name to source: first and last cell of the rows under a heading. A link stands for its address. */
function documented(): Record<string, string | undefined> {
  const table = read(PAGE).split('## All of them')[1]?.split('\n## ')[0] ?? ''
  return Object.fromEntries(
    [...table.matchAll(/^\| `(\w+)` +\|.*\| ([^|]+) \|$/gm)].map(([, name, padded = '']) => {
      const source = padded.trim()
      return [name, /^\[[^\]]+\]\((.+)\)$/.exec(source)?.[1] ?? source]
    }),
  )
}

test('the table has every profile with its source, and no other', () => {
  expect(documented()).toEqual(Object.fromEntries(Object.values(PROFILES).map(({ name, source }) => [name, source])))
})

test('every profile for signed tokens but the default has a block that configures it', () => {
  const blocks = codeBlocks(GUIDE, 'ts').join('\n')
  const named = Object.values(PROFILES).filter(({ types, name }) => types.length > 0 && name !== 'rfc9068')
  for (const { name } of named) expect(blocks).toContain(`profile: '${name}'`)
})

test('the table of members has every member of a profile of your own', () => {
  const table = read(PAGE).split('## Your own')[1] ?? ''
  const members = [...table.matchAll(/^\| (`[^|]+?) +\|/gm)].flatMap(([, cell = '']) => cell.match(/\w+/g) ?? [])
  const known = new Set(Object.values(PROFILES).flatMap(profile => Object.keys(profile)))
  for (const member of ['name', 'source']) known.delete(member)
  expect(members.sort()).toEqual([...known, 'withoutRulesFor'].sort())
})

test('the table of what gets in all the same is the list that the profiles are tested against', () => {
  const section = read(PAGE).split('## What gets in all the same')[1]?.split('\n## ')[0] ?? ''
  const rows = [...section.matchAll(/^\| `(\w+)` +\| (.+?) +\| (.+?) +\| (.+?) +\|$/gm)].map(row => row.slice(1))
  expect(rows).toEqual(
    LET_THROUGH.map(({ profile, token, type, because }) => [
      profile,
      token,
      type === undefined ? 'none' : `\`${type}\``,
      because,
    ]),
  )
})

test('every link inside the page leads to a heading', () => {
  const headings = [...read(PAGE).matchAll(/^#+ (.+)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  )
  for (const [, anchor] of read(PAGE).matchAll(/\]\(#([^)]+)\)/g)) expect(headings).toContain(anchor)
})

type Claims = ReturnType<ProfileSample['claims']>

const isUser = ({ expected, access }: ProfileSample) => expected === 'accepted' && access?.kind === 'user'
const isService = ({ expected, access }: ProfileSample) => expected === 'accepted' && access?.kind === 'service'

test.each<[string, (sample: ProfileSample) => boolean, Claims, boolean]>([
  ['a user with the scope', isUser, { scp: 'Orders.Read' }, true],
  ['a user with another scope', isUser, { scp: 'Orders.Write' }, false],
  ['a user with the role of services', isUser, { scp: 'Orders.Write', roles: ['Orders.Read.All'] }, false],
  ['a service with the role', isService, { roles: ['Orders.Read.All'] }, true],
  ['a service with another role', isService, { roles: ['Orders.Write.All'] }, false],
  ['a service without a role', isService, { roles: undefined }, false],
  [
    'a person of unknown kind with the role',
    isUser,
    { scp: undefined, idtyp: undefined, roles: ['Orders.Read.All'] },
    false,
  ],
])('the requirement that is documented for Entra, put to %s: %#', async (_name, isHonest, changes, granted) => {
  const requirement = await documentedRequirement()
  const issuer = await signingIssuer(entraSamples)
  const api = createResourceServer<string>({
    ...issuer.options('entra' satisfies ProfileName),
    scopes: { 'Orders.Read': 'Read orders' },
  })
  const honest = entraSamples.samples.find(isHonest) as ProfileSample
  const token = await issuer.token({ claims: now => ({ ...honest.claims(now), ...changes }) })
  const request = { method: 'GET', url: '/', headers: { authorization: `Bearer ${token}` } }
  const outcome = await api.check(request, requirement)
  expect(outcome.granted || outcome.denial.code).toBe(granted || 'insufficient_scope')
})

const GUARDED = [PAGE, GUIDE].flatMap(page => codeBlocks(page, 'ts')).filter(block => block.includes('createGuard('))

async function execute(block: string): Promise<Record<string, unknown>> {
  const file = join(folder, `block-${GUARDED.indexOf(block)}.ts`)
  writeFileSync(file, block)
  return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Record<string, unknown>
}

async function documentedRequirement(): Promise<Requirement> {
  const block = GUARDED.find(each => each.includes("profile: 'entra'")) as string
  return (await execute(block)).readOrders as Requirement
}

test('every block with a guard is a configuration that starts', async () => {
  expect(GUARDED.length).toBeGreaterThan(10)
  for (const block of GUARDED) await expect(execute(block), block).resolves.toBeDefined()
})
