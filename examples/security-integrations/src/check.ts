import { checkAdministration } from './check/administration.ts'
import { CheckContext } from './check/context.ts'
import { checkSilence } from './check/outage.ts'
import { checkOutage, checkPossession, startHolding } from './check/possession.ts'
import { checkPrivileges, checkTokens } from './check/privileges.ts'
import { checkChange, checkRevocation } from './check/revocation.ts'
import { tableText } from './check/rows.ts'
import type { Example } from './start.ts'

/**
 * Calls the running processes over HTTP and prints what was expected and what came. What is not said to go to one process goes
 * to both. Whether everything came as expected.
 */
export async function checkExample(
  example: Example,
  decisions: ConstructorParameters<typeof CheckContext>[1],
  print: (text: string) => void,
): Promise<boolean> {
  const context = new CheckContext(example, decisions)
  const { redis } = example
  print('A Redis that has just started vouches for no proof for 15 seconds: with one this takes about 18.\n')
  const sections = [
    { title: 'Tokens', rows: await checkTokens(context) },
    { title: 'Least privilege', rows: await checkPrivileges(context) },
    { title: 'Administration', rows: await checkAdministration(context) },
    { title: 'Privileges are changed', rows: await checkChange(context) },
    { title: 'An API client is revoked', rows: await checkRevocation(context) },
  ]
  if (redis !== undefined) sections.push({ title: 'Redis hangs', rows: await checkSilence(context, redis) })
  const holder = await startHolding(context)
  sections.push({ title: 'Proof of possession', rows: await checkPossession(context, holder) })
  if (redis !== undefined) {
    sections.push({ title: 'Proofs without Redis', rows: await checkOutage(context, holder, redis) })
  }
  const rows = sections.flatMap(section => section.rows)
  const passed = rows.every(row => row.passed)
  print(tableText(sections))
  print(`\n${rows.length} rows, ${passed ? 'all as expected' : 'NOT all as expected'}`)
  if (redis === undefined) print('Nothing was done to your Redis, so its outage was not checked.')
  return passed
}
