import type { BarSeriesOption, EChartsOption, YAXisComponentOption } from 'echarts'
import { formatNumber } from '../report/format.ts'
import type { Series } from '../suites/suite.ts'
import { COLOURS, CONTENT_TOP, headingAt, MARGIN, renderSvg } from './chart.ts'

/** Horizontal bars of several comparisons below one another, all on one scale. */
export interface BarPanels {
  readonly title: string
  readonly subtitle: string
  /** One for each side; each point is that side's bar in the panel that it names. */
  readonly sides: readonly BarSide[]
  /** Without it, the sides stand in the order in which they come. */
  readonly largestFirst?: boolean
}

export interface BarSide extends Series {
  readonly kind: 'ours' | 'other' | 'floor'
}

const BAR_HEIGHT = 27
const HEADING_HEIGHT = 24
const PANEL_GAP = 18
const VALUES_WIDTH = 100
/** Wide enough for an average letter of a label in any of the fonts. */
const LETTER_WIDTH = 7.6
const LABEL_GAP = 10

interface Panel {
  readonly name: string
  readonly top: number
  readonly bars: readonly { readonly side: BarSide; readonly value: number }[]
}

export function renderBarPanels({ title, subtitle, sides, largestFirst = false }: BarPanels): string {
  const panels = panelsOf(sides, largestFirst)
  const labelsWidth = Math.max(...sides.map(({ name }) => name.length)) * LETTER_WIDTH + LABEL_GAP
  const last = panels.at(-1)
  const height = (last?.top ?? CONTENT_TOP) + HEADING_HEIGHT + (last?.bars.length ?? 0) * BAR_HEIGHT + MARGIN
  const largest = Math.max(...panels.flatMap(({ bars }) => bars.map(({ value }) => value)))
  const chart: EChartsOption = {
    grid: panels.map(({ top, bars }) => ({
      left: MARGIN + labelsWidth,
      right: VALUES_WIDTH,
      top: top + HEADING_HEIGHT,
      height: bars.length * BAR_HEIGHT,
    })),
    xAxis: panels.map((_, gridIndex) => ({ type: 'value', gridIndex, show: false, min: 0, max: largest })),
    yAxis: panels.map(namesOfBars),
    series: panels.map(barsOf),
  }
  return renderSvg({
    title,
    subtitle,
    height,
    headings: panels.map(({ name, top }) => headingAt(MARGIN, top, name)),
    chart,
  })
}

function panelsOf(sides: readonly BarSide[], largestFirst: boolean): readonly Panel[] {
  const names = new Set(sides.flatMap(({ points }) => points.map(([panel]) => String(panel))))
  let top = CONTENT_TOP
  return Array.from(names, name => {
    const found = sides.flatMap(side => {
      const point = side.points.find(([panel]) => String(panel) === name)
      return point === undefined ? [] : [{ side, value: point[1] }]
    })
    const bars = largestFirst ? found.toSorted((a, b) => b.value - a.value) : found
    const panel = { name, top, bars }
    top += HEADING_HEIGHT + bars.length * BAR_HEIGHT + PANEL_GAP
    return panel
  })
}

function namesOfBars({ bars }: Panel, gridIndex: number): YAXisComponentOption {
  return {
    type: 'category',
    gridIndex,
    inverse: true,
    data: bars.map(({ side }) => ({
      value: side.name,
      textStyle: side.kind === 'ours' ? { color: COLOURS.ours, fontWeight: 'bold' } : { color: COLOURS.text },
    })),
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { fontSize: 13, margin: LABEL_GAP, interval: 0 },
  }
}

function barsOf({ bars }: Panel, index: number): BarSeriesOption {
  return {
    type: 'bar',
    xAxisIndex: index,
    yAxisIndex: index,
    silent: true,
    barWidth: 17,
    data: bars.map(({ side, value }) => ({
      value,
      itemStyle: { color: COLOURS[side.kind], borderRadius: [0, 3, 3, 0] },
      label: {
        show: true,
        position: 'right',
        formatter: formatNumber(value),
        color: side.kind === 'ours' ? COLOURS.ours : COLOURS.faint,
        fontWeight: side.kind === 'ours' ? 'bold' : 'normal',
        fontSize: 13,
      },
    })),
  }
}
