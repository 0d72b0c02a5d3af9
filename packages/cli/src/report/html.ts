import { createHash } from 'node:crypto'
import { pageScript } from './page-script.ts'
import type { ReportData } from './report-data.ts'
import { escaped, shell } from './shell.ts'
import { STYLE } from './style.ts'

/**
 * The page. It loads nothing, and may not: the policy lets the one script and the one style run that stand in it, and lets
 * no text become markup (`require-trusted-types-for`).
 */
export function reportHtml(data: ReportData): string {
  const script = pageScript()
  const policy = [
    "default-src 'none'",
    `script-src '${digest(script)}'`,
    `style-src '${digest(STYLE)}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ')
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escaped(data.title)}</title>
<style>${STYLE}</style>
</head>
<body>
${shell(data)}
<script type="application/json" id="report-data">${inScript(data)}</script>
<script type="module">${script}</script>
</body>
</html>
`
}

function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

/** JSON that can neither end the element nor begin a comment in it. */
function inScript(data: ReportData): string {
  return JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, letter => {
    return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
