/** One challenge as it stands in WWW-Authenticate. */
export interface Challenge {
  readonly scheme: string
  /** Name and value as written, quotes included. */
  readonly parameters: readonly (readonly [name: string, value: string])[]
}

/**
 * Reads a field line as RFC 9110 section 11.6.1 has it, without mercy: a comma and one space between two, a token or a
 * quoted string without escapes as a value. Throws for anything else.
 */
export function challengesIn(line: string): readonly Challenge[] {
  const found: { scheme: string; parameters: [string, string][] }[] = []
  for (const part of splitOutsideQuotes(line)) {
    const match = /^(?:([!#$%&'*+.^_`|~\w-]+) )?([!#$%&'*+.^_`|~\w-]+)=("[^"\\]*"|[!#$%&'*+.^_`|~\w-]+)$/.exec(part)
    if (match === null) throw new Error(`no challenge and no parameter: ${JSON.stringify(part)}`)
    const [, scheme, name = '', value = ''] = match
    if (scheme !== undefined) found.push({ scheme, parameters: [] })
    const challenge = found.at(-1)
    if (challenge === undefined) throw new Error(`a parameter before any scheme: ${JSON.stringify(part)}`)
    challenge.parameters.push([name, value])
  }
  return found
}

function splitOutsideQuotes(line: string): readonly string[] {
  const parts = line.match(/(?:[^",]|"[^"]*")+/g) ?? []
  if (line === '' || parts.join(',') !== line) throw new Error(`an empty element: ${JSON.stringify(line)}`)
  return parts.map((part, index) => {
    if (index === 0) return part
    if (!part.startsWith(' ')) throw new Error(`no space behind a comma: ${JSON.stringify(line)}`)
    return part.slice(1)
  })
}
