import { type EChartsOption, init, type TitleComponentOption } from 'echarts'

const WIDTH = 800
export const MARGIN = 24

/** Where what is below title and subtitle may begin. */
export const CONTENT_TOP = 84

/** Ours stands out; the others are there to compare with. */
export const COLOURS = {
  ours: '#0b62c4',
  other: '#9aa3ad',
  floor: '#d5dbe1',
  text: '#1c2127',
  faint: '#5d6670',
  line: '#e3e7eb',
  limit: '#b3261e',
} as const

const FONT = 'Helvetica, Arial, sans-serif'

export interface Picture {
  /** The finding, in one line. */
  readonly title: string
  /** What is shown, in which unit. */
  readonly subtitle: string
  readonly height: number
  readonly headings?: readonly TitleComponentOption[]
  readonly chart: Omit<EChartsOption, 'title'>
}

/** The same data give the same SVG, byte for byte. Its background is light, whatever page it stands on. */
export function renderSvg({ title, subtitle, height, headings = [], chart }: Picture): string {
  const instance = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
  const titles = [
    textAt(MARGIN, 22, title, { fontSize: 19, fontWeight: 'bold', color: COLOURS.text }),
    textAt(MARGIN, 50, subtitle, { fontSize: 13, fontWeight: 'normal', color: COLOURS.faint }),
    ...headings,
  ]
  const look = { animation: false, backgroundColor: '#ffffff', textStyle: { fontFamily: FONT } }
  try {
    instance.setOption({ ...look, ...chart, title: titles })
    return portable(instance.renderToSVGString())
  } finally {
    // One that is not disposed of keeps the process from ending.
    instance.dispose()
  }
}

/** A heading of a part of the picture. */
export function headingAt(left: number, top: number, text: string): TitleComponentOption {
  return textAt(left, top, text, { fontSize: 13, fontWeight: 'bold', color: COLOURS.text })
}

function textAt(
  left: number,
  top: number,
  text: string,
  textStyle: NonNullable<TitleComponentOption['textStyle']>,
): TitleComponentOption {
  return { left, top, text, padding: 0, textStyle: { ...textStyle, fontFamily: FONT } }
}

/**
 * ECharts numbers its instances and the classes of all of them, which only serve a mouse; and it centres text by
 * `dominant-baseline`, which some renderers do not know: a third of the letters' height does the same in all of them.
 */
function portable(svg: string): string {
  return svg
    .replaceAll(/<style[\s\S]*?<\/style>/g, '')
    .replaceAll(/ (?:class|ecmeta_\w+|pointer-events)="[^"]*"/g, '')
    .replaceAll(/\bzr\d+-/g, 'zr-')
    .replaceAll('dominant-baseline="central"', 'dy="0.35em"')
}
