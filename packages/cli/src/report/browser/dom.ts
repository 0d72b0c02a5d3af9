/**
 * The little of the DOM that the page's script needs. `lib.dom` would change the types of `fetch` and of timers for the
 * whole package.
 */
export interface Piece {
  hidden: boolean
  value: string
  disabled: boolean
  textContent: string | null
  readonly style: { flexGrow: string }
  append(...children: readonly (Piece | string)[]): void
  replaceChildren(...children: readonly (Piece | string)[]): void
  setAttribute(name: string, value: string): void
  removeAttribute(name: string): void
  addEventListener(type: string, listener: () => void): void
  focus(options?: { readonly preventScroll: boolean }): void
}

export type Child = Piece | string | undefined

declare const document: {
  title: string
  createElement(tag: string): Piece
  getElementById(id: string): Piece | null
}

declare const window: {
  readonly location: { readonly hash: string }
  addEventListener(type: string, listener: () => void): void
  scrollTo(left: number, top: number): void
}

export function hash(): string {
  return window.location.hash
}

export function onWindow(type: string, listener: () => void): void {
  window.addEventListener(type, listener)
}

export function scrollToTop(): void {
  window.scrollTo(0, 0)
}

export function setTitle(title: string): void {
  document.title = title
}

/** One that stands in the page from the start. */
export function byId(id: string): Piece {
  const piece = document.getElementById(id)
  if (piece === null) throw new Error(`The page has no #${id}.`)
  return piece
}

/** Text is set as text: what clients call themselves is never read as markup. */
export function make(tag: string, attributes: Readonly<Record<string, string>>, ...children: readonly Child[]): Piece {
  const piece = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) piece.setAttribute(name, value)
  piece.append(...children.filter(child => child !== undefined))
  return piece
}

/** For screen readers alone. */
export function spoken(text: string): Piece {
  return make('span', { class: 'spoken' }, text)
}

/** For eyes alone. */
export function drawn(text: string, className = 'mark'): Piece {
  return make('span', { class: className, 'aria-hidden': 'true' }, text)
}
