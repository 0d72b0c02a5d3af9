import { counted, grouped, percent, shownName, timeOf } from './browser/text.ts'
import type { ReportData } from './report-data.ts'

/** What of the page stands in the file itself; the script fills the views. */
export function shell(data: ReportData): string {
  return `<header>
<p class="kind">Privilege report</p>
<h1>${escaped(data.title)}</h1>
<p class="note">${escaped(period(data))}</p>
<dl class="tiles">${tiles(data)}</dl>
${overflowNote(data)}</header>
<nav aria-label="Views"><a id="to-clients" href="#clients">Clients</a><a id="to-heat" href="#heat">Heat map</a><a id="to-routes" href="#routes">Routes</a></nav>
<noscript><p class="verdict warn">The tables need JavaScript. Nothing is loaded from anywhere; \`--markdown\` writes the report as text.</p></noscript>
<main>
${CLIENT_CONTROLS}
<section id="view-clients" aria-labelledby="title-clients" hidden><h2 id="title-clients" tabindex="-1" class="spoken">Clients</h2><div id="content-clients"></div></section>
<section id="view-heat" aria-labelledby="title-heat" hidden><h2 id="title-heat" tabindex="-1" class="spoken">Heat map</h2>${LEGEND}<div id="content-heat"></div></section>
<section id="view-routes" aria-labelledby="title-routes" hidden><h2 id="title-routes" tabindex="-1" class="spoken">Routes</h2>
<div class="controls"><label>Search <input id="route-search" type="search" placeholder="method, path or requirement" autocomplete="off"></label><p id="route-range" class="range" role="status"></p></div>
<div id="content-routes"></div></section>
<section id="view-client" aria-labelledby="title-client" hidden><p class="back"><a href="#clients">All clients</a></p><h2 id="title-client" tabindex="-1"></h2><div id="content-client"></div></section>
<section id="view-route" aria-labelledby="title-route" hidden><p class="back"><a href="#routes">All routes</a></p><h2 id="title-route" tabindex="-1"></h2><div id="content-route"></div></section>
</main>
<footer><p class="note">Written ${escaped(timeOf(data.writtenAt))} by Scopeward. A scope counts as used where a route that it opened was called in the period above; what is needed once a year does not show in a week.</p></footer>`
}

const CLIENT_CONTROLS = `<div id="client-controls" class="controls" role="search" aria-label="Clients">
<label>Search <input id="search" type="search" placeholder="client or issuer" autocomplete="off"></label>
<label>Show <select id="only"><option value="all">all clients</option><option value="smaller">grants that could be smaller</option><option value="denied">clients with refusals</option><option value="idle">clients never let through</option></select></label>
<label>Group by <select id="group"><option value="none">nothing</option><option value="prefix">name prefix</option><option value="issuer">issuer</option></select></label>
<label>Sort by <select id="sort"><option value="couldGiveUp">could give up</option><option value="id">name</option><option value="issuer">issuer</option><option value="granted">granted</option><option value="used">used</option><option value="unused">unused</option><option value="misses">denied scopes</option><option value="requests">requests</option><option value="denied">refused</option></select></label>
<label>Rows <select id="page-size"><option>25</option><option selected>50</option><option>100</option><option>200</option></select></label>
<div class="pager"><p id="range" class="range" role="status"></p><button id="previous" type="button">Previous</button><button id="next" type="button">Next</button></div>
<div id="heat-controls" class="second" hidden><label>Scopes <input id="scope-search" type="search" placeholder="part of the name" autocomplete="off"></label>
<div class="pager"><p id="scope-range" class="range" role="status"></p><button id="scope-previous" type="button">Previous scopes</button><button id="scope-next" type="button">Next scopes</button></div></div>
</div>`

const LEGEND = `<ul class="legend"><li class="used heat-1"><span class="mark" aria-hidden="true">●</span> used (stronger: more requests)</li><li class="broad"><span class="mark" aria-hidden="true">◐</span> used, but could be given up</li><li class="unused"><span class="mark" aria-hidden="true">○</span> granted, never used</li><li class="denied"><span class="mark" aria-hidden="true">×</span> asked for and denied</li><li class="instead"><span class="mark" aria-hidden="true">+</span> would do in place of a broader one</li></ul>`

function tiles(data: ReportData): string {
  const { clients, scopes, routes } = data
  const requests = sum(routes.map(route => route.requests))
  const refused = sum(routes.map(route => route.denied))
  const granted = sum(clients.map(client => client.granted.length))
  const unused = sum(clients.map(client => client.granted.length - client.granted.filter(inList(client.used)).length))
  const smaller = clients.filter(client => !client.granted.every(inList(client.least))).length
  return [
    tile('Grants that could be smaller', grouped(smaller), `of ${counted(clients.length, 'client')}`, smaller > 0),
    tile(
      'Granted and never used',
      percent(unused, granted),
      `${grouped(unused)} of ${counted(granted, 'granted scope')}`,
      unused > 0,
    ),
    tile('Requests', grouped(requests), 'let through'),
    tile('Refused', grouped(refused), `${percent(refused, requests + refused)} of all requests`),
    tile(
      'Routes called',
      grouped(routes.length),
      `${routes.length === 1 ? 'route' : 'routes'}, ${counted(scopes.length, 'scope')}`,
    ),
  ].join('')
}

function tile(name: string, figure: string, of: string, isStrong = false): string {
  return `<div class="tile${isStrong ? ' strong' : ''}"><dt>${name}</dt><dd><b>${figure}</b> <span>${of}</span></dd></div>`
}

function inList(list: readonly number[]): (scope: number) => boolean {
  const set = new Set(list)
  return scope => set.has(scope)
}

function period({ from, to, issuers }: ReportData): string {
  const [first] = issuers
  const of = issuers.length === 1 && first !== undefined ? shownName(first) : counted(issuers.length, 'issuer')
  return `${timeOf(from)} to ${timeOf(to)}, tokens of ${of}`
}

function overflowNote({ overflow: { requests, denied } }: ReportData): string {
  if (requests + denied === 0) return ''
  return `<p class="verdict warn">${counted(requests + denied, 'request')} came from clients that had no room in the recorder and are not told apart here: raise maxClients.</p>\n`
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, letter => ENTITIES[letter] ?? '')
}
