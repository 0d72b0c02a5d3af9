/** Contrast of text is at least 4.5 to 1 in both schemes; a test measures it. No state is told by colour alone. */
export const STYLE: string = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --line: #dfe3e8; --text: #17202b; --soft: #55606e; --link: #0b5cad;
  --used-0: #d9efe9; --used-1: #b3dfd4; --used-2: #6fbfae; --used-3: #12705f; --used-text: #0b3f36; --used-text-3: #ffffff; --used-bar: #1d9580;
  --broad: #e9e1fb; --broad-text: #4c2a9b; --broad-bar: #8a66dc;
  --unused: #fdf0d2; --unused-text: #7a4a00; --unused-bar: #e3a52d;
  --denied: #fbdfdd; --denied-text: #9c1c17;
  --instead: #e1ecfa; --instead-text: #0b4a8f;
  --focus: #0b5cad; --head: #eef1f4; --hover: #f1f5fa;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #10151b; --card: #181f27; --line: #303a46; --text: #e7ecf1; --soft: #a3afbc; --link: #83bdf7;
    --used-0: #16332e; --used-1: #1a4a41; --used-2: #1f6e60; --used-3: #5fd0ba; --used-text: #c9f2e9; --used-text-3: #06231d; --used-bar: #37b29c;
    --broad: #32264f; --broad-text: #d5c5ff; --broad-bar: #a184ec;
    --unused: #44330f; --unused-text: #ffd88a; --unused-bar: #d9a036;
    --denied: #4c1f1f; --denied-text: #ffb9b3;
    --instead: #1b324f; --instead-text: #b5d8ff;
    --focus: #83bdf7; --head: #1f2832; --hover: #1d2631;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px clamp(12px, 3vw, 40px) 40px; max-width: 1500px; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
h1 { margin: 0; font-size: 28px; line-height: 1.2; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { margin: 4px 0 4px; font-size: 22px; overflow-wrap: anywhere; }
h3 { margin: 0 0 8px; font-size: 15px; }
h2:focus { outline: none; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
p a { text-decoration: underline; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 1px; border-radius: 4px; }
code { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; overflow-wrap: anywhere; }
.spoken { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.kind { margin: 0 0 2px; color: var(--soft); font-size: 13px; font-weight: 600; letter-spacing: 0.06em; text-transform: uppercase; }
.note, .aside, .range { color: var(--soft); }
.note { margin: 4px 0 12px; max-width: 120ch; }
.aside { font-weight: 400; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 16px 0; }
.tile { padding: 12px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.tile dt { color: var(--soft); font-size: 13px; }
.tile dd { margin: 0; color: var(--soft); }
.tile b { display: block; color: var(--text); font-size: 28px; line-height: 1.25; font-variant-numeric: tabular-nums; }
.tile.strong { border-left: 5px solid var(--unused-bar); }
nav { display: flex; gap: 4px; margin: 20px 0 0; border-bottom: 1px solid var(--line); }
nav a { padding: 8px 16px; color: var(--soft); font-weight: 600; border-bottom: 3px solid transparent; }
nav a:hover { color: var(--text); text-decoration: none; }
nav a[aria-current] { color: var(--text); border-color: var(--link); }
.controls { display: flex; flex-wrap: wrap; gap: 10px 14px; align-items: end; margin: 14px 0; }
.controls[hidden], .second[hidden] { display: none; }
.second { display: flex; flex-wrap: wrap; gap: 10px 14px; align-items: end; flex-basis: 100%; }
label { display: grid; gap: 2px; color: var(--soft); font-size: 13px; }
input, select, button { min-height: 36px; padding: 5px 10px; color: var(--text); background: var(--card); border: 1px solid color-mix(in srgb, var(--soft) 70%, var(--line)); border-radius: 7px; font: inherit; font-size: 14px; }
input { width: 250px; }
#route-search { width: 300px; }
.controls > .range { align-self: center; padding-top: 20px; }
::placeholder { color: var(--soft); opacity: 1; }
button { cursor: pointer; }
button:hover:enabled { background: var(--hover); }
button:disabled { color: var(--soft); border-style: dashed; cursor: default; }
.pager { display: flex; gap: 6px; align-items: center; margin-left: auto; }
.range { margin: 0 8px 0 0; font-variant-numeric: tabular-nums; }
.scrolled { max-width: 100%; overflow: auto; max-height: 82vh; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.fit { width: fit-content; }
table { width: 100%; border-collapse: separate; border-spacing: 0; }
caption { padding: 8px 10px; text-align: left; color: var(--soft); font-size: 13px; }
th, td { padding: 6px 10px; border-top: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th, thead td { vertical-align: middle; position: sticky; top: 0; z-index: 2; background: var(--head); font-size: 13px; white-space: nowrap; }
tbody th { font-weight: 500; min-width: 200px; overflow-wrap: anywhere; }
tbody tr:hover > * { background-color: var(--hover); }
th.number button { display: inline-flex; flex-direction: row-reverse; align-items: center; }
th button { min-height: 26px; padding: 2px 6px; margin: 0 -6px; background: none; border: 0; font-weight: 600; font-size: 13px; }
.arrow { display: inline-block; min-width: 1.1em; font-size: 10px; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.zero { color: var(--soft); }
.is-strong { font-weight: 700; }
.is-unused, .is-strong { color: var(--unused-text); }
.is-denied { color: var(--denied-text); }
.is-used { color: var(--used-text); }
.issuer { min-width: 200px; color: var(--soft); font-size: 13px; overflow-wrap: anywhere; }
.callers { font-size: 14px; }
.method { font-weight: 700; font-size: 12px; letter-spacing: 0.03em; }
.name { overflow-wrap: anywhere; }
th.group { position: static; background: var(--head); font-size: 14px; }
th.bars, td.bars { width: 160px; min-width: 110px; }
.bar { display: flex; gap: 2px; height: 10px; margin-top: 7px; overflow: hidden; border-radius: 5px; }
.part { flex: 0 1 0; min-width: 2px; }
.part.used { background: var(--used-bar); }
.part.broad { background: var(--broad-bar); }
.part.unused { background: repeating-linear-gradient(135deg, var(--unused-bar) 0 4px, color-mix(in srgb, var(--unused-bar) 55%, var(--card)) 4px 7px); }
.legend { display: flex; flex-wrap: wrap; gap: 6px; margin: 0 0 10px; padding: 0; list-style: none; font-size: 13px; }
.legend li, .chip { padding: 3px 9px; border-radius: 6px; }
.mark { font-size: 13px; font-weight: 700; }
.used { background: var(--used-0); color: var(--used-text); }
.used.heat-1 { background: var(--used-1); }
.used.heat-2 { background: var(--used-2); }
.used.heat-3 { background: var(--used-3); color: var(--used-text-3); }
.broad { background: var(--broad); color: var(--broad-text); }
.unused { background: var(--unused); color: var(--unused-text); }
.denied { background: var(--denied); color: var(--denied-text); }
.instead { background: var(--instead); color: var(--instead-text); }
table.heat { width: auto; }
.heat th, .heat td { border: 0; }
.heat tbody td { width: 30px; min-width: 30px; height: 28px; padding: 0; text-align: center; vertical-align: middle; border: 1px solid var(--card); border-radius: 5px; line-height: 1; }
.heat tbody td:hover { outline: 2px solid var(--text); outline-offset: -2px; }
.heat tbody th[scope=row] { vertical-align: middle; position: sticky; left: 0; z-index: 1; min-width: 200px; max-width: 300px; padding: 1px 14px 1px 12px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; background: var(--card); border-right: 1px solid var(--line); font-size: 14px; }
.heat tbody tr:hover > .none { background: var(--hover); }
.heat tbody tr:hover > .used { background: var(--used-1); }
.heat tbody tr:hover > .used.heat-2 { background: var(--used-2); }
.heat tbody tr:hover > .used.heat-3 { background: var(--used-3); }
.heat tbody tr:hover > .broad { background: var(--broad); }
.heat tbody tr:hover > .unused { background: var(--unused); }
.heat tbody tr:hover > .denied { background: var(--denied); }
.heat tbody tr:hover > .instead { background: var(--instead); }
.heat thead th { padding: 10px 0 6px; vertical-align: bottom; }
.heat .corner { left: 0; z-index: 3; border-right: 1px solid var(--line); }
.upright { display: inline-block; max-height: 190px; margin: 0 auto; writing-mode: vertical-rl; transform: rotate(180deg); overflow: hidden; text-overflow: ellipsis; font-weight: 500; line-height: 26px; }
.verdict { display: inline-block; margin: 6px 0 14px; padding: 8px 14px; border-radius: 8px; font-weight: 600; }
.verdict.good { background: var(--used-0); color: var(--used-text); }
.verdict.warn { background: var(--unused); color: var(--unused-text); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 14px; margin-bottom: 22px; }
.card { padding: 14px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.card .bar { margin-top: 14px; }
.chips { display: flex; flex-wrap: wrap; gap: 6px; margin: 0; padding: 0; list-style: none; }
.chip { font-size: 14px; overflow-wrap: anywhere; }
.chip .mark { margin-right: 6px; }
.paste { margin: 12px 0 0; padding-top: 10px; border-top: 1px solid var(--line); }
.nothing { margin: 0; padding: 10px 0; color: var(--soft); }
.back { margin: 14px 0 0; }
main > section > div > section { margin-bottom: 22px; }
footer { margin-top: 28px; font-size: 13px; }
@media print {
  :root { --page: #ffffff; --card: #ffffff; --text: #000000; --soft: #444444; --line: #bbbbbb; --head: #eeeeee; color-scheme: light; }
  @page { margin: 12mm; size: A4 landscape; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav, .controls label, .pager button, .back, .arrow { display: none; }
  .controls { margin: 4px 0; }
  .controls > .range { padding: 0; }
  .pager { margin: 0; }
  h2.spoken { position: static; width: auto; height: auto; margin: 12px 0 0; clip-path: none; }
  .scrolled { max-height: none; overflow: visible; border: 0; border-radius: 0; }
  thead { display: table-header-group; }
  thead th, thead td, .heat tbody th[scope=row] { position: static; }
  tr, .card, .tile { break-inside: avoid; }
  th, td { padding: 2px 8px; }
  .heat tbody td { width: 17px; min-width: 17px; height: 17px; border-radius: 3px; }
  .heat tbody th[scope=row] { min-width: 150px; max-width: 190px; padding: 0 6px 0 0; font-size: 8.5pt; }
  .upright { font-size: 8pt; line-height: 17px; }
  .mark { font-size: 8pt; }
  a { color: inherit; }
  .bar, .part, .used, .broad, .unused, .denied, .instead, .tile, thead th { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
@media print and (prefers-color-scheme: dark) {
  :root {
    --used-0: #d9efe9; --used-1: #b3dfd4; --used-2: #6fbfae; --used-3: #12705f; --used-text: #0b3f36; --used-text-3: #ffffff; --used-bar: #1d9580;
    --broad: #e9e1fb; --broad-text: #4c2a9b; --broad-bar: #8a66dc; --unused: #fdf0d2; --unused-text: #7a4a00; --unused-bar: #e3a52d;
    --denied: #fbdfdd; --denied-text: #9c1c17; --instead: #e1ecfa; --instead-text: #0b4a8f;
  }
}
`
