import type { EChartsOption, LineSeriesOption, XAXisComponentOption } from 'echarts'
import { formatNumber } from '../report/format.ts'
import type { Series } from '../suites/suite.ts'
import { COLOURS, CONTENT_TOP, MARGIN, renderSvg } from './chart.ts'

/** Two lines over the same amounts, each with its values and, at its end, its name. */
export interface LineChart {
  readonly title: string
  readonly subtitle: string
  /** What the amounts are. */
  readonly across: string
  readonly ours: Series
  readonly other: Series
}

const HEIGHT = 420
const BOTTOM = 64
const NAMES_WIDTH = 200
const AXIS_WIDTH = 46
/** As a part of the whole width. */
const LABELS_APART = 0.1

export function renderLineChart({ title, subtitle, across, ours, other }: LineChart): string {
  const chart: EChartsOption = {
    grid: { left: MARGIN + AXIS_WIDTH, right: NAMES_WIDTH, top: CONTENT_TOP + 12, bottom: BOTTOM },
    xAxis: amountsAcross(ours, across),
    yAxis: {
      type: 'value',
      min: 0,
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: COLOURS.line } },
      axisLabel: { color: COLOURS.faint, fontSize: 12 },
    },
    series: [lineOf(other, ours, COLOURS.other, COLOURS.faint), lineOf(ours, other, COLOURS.ours, COLOURS.ours)],
  }
  return renderSvg({ title, subtitle, height: HEIGHT, chart })
}

/** On a linear scale, so that what grows by the byte is a straight line. */
function amountsAcross({ points }: Series, name: string): XAXisComponentOption {
  return {
    type: 'value',
    min: 0,
    max: largestOf(points),
    name,
    nameLocation: 'middle',
    nameGap: 34,
    nameTextStyle: { color: COLOURS.faint, fontSize: 13 },
    axisLine: { lineStyle: { color: COLOURS.other } },
    axisTick: { show: false },
    splitLine: { show: false },
    axisLabel: {
      color: COLOURS.text,
      fontSize: 13,
      customValues: [...readableAmounts(points)],
      formatter: (amount: number) => Math.round(amount).toLocaleString('en-US'),
    },
  }
}

/** Those that stand far enough from the one before, so that no two labels meet. */
function readableAmounts(points: Series['points']): ReadonlySet<number> {
  const apart = largestOf(points) * LABELS_APART
  const readable = new Set<number>()
  let latest = -Infinity
  for (const [amount] of points) {
    if (Number(amount) - latest < apart) continue
    latest = Number(amount)
    readable.add(latest)
  }
  return readable
}

function largestOf(points: Series['points']): number {
  return Math.max(...points.map(([amount]) => Number(amount)))
}

function lineOf({ name, points }: Series, beside: Series, colour: string, textColour: string): LineSeriesOption {
  const last = points.length - 1
  const isAbove = (index: number) => (points[index]?.[1] ?? 0) > (beside.points[index]?.[1] ?? 0)
  const readable = readableAmounts(points)
  const label = { show: true, color: textColour, fontSize: 13 }
  return {
    type: 'line',
    silent: true,
    clip: false,
    symbol: 'circle',
    symbolSize: 8,
    lineStyle: { width: 2.5, color: colour },
    itemStyle: { color: colour },
    endLabel: {
      ...label,
      formatter: `${formatNumber(points[last]?.[1] ?? 0)}  ${name}`,
      fontWeight: 'bold',
      distance: 10,
      // Where two lines end close to one another their names move apart.
      verticalAlign: isAbove(last) ? 'bottom' : 'top',
    },
    data: points.map(([x, y], index) => ({
      value: [Number(x), y],
      label: {
        ...label,
        show: index < last && readable.has(Number(x)),
        formatter: formatNumber(y),
        position: isAbove(index) ? 'top' : 'bottom',
      },
    })),
  }
}
