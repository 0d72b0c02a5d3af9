import type { EChartsOption, LineSeriesOption, XAXisComponentOption, YAXisComponentOption } from 'echarts'
import type { Series } from '../suites/suite.ts'
import { COLOURS, CONTENT_TOP, headingAt, MARGIN, renderSvg } from './chart.ts'

/** How the cost grows with one number. */
export interface GrowthCurve extends Series {
  /** What the last point may cost at most, relative to the first. */
  readonly limit?: number | undefined
}

export interface GrowthPanels {
  readonly title: string
  readonly subtitle: string
  readonly curves: readonly GrowthCurve[]
}

const COLUMNS = 2
const COLUMN_STEP = 384
const ROW_STEP = 196
const HEADING_HEIGHT = 30
const AXIS_WIDTH = 30
const PLOT_WIDTH = 318
const PLOT_HEIGHT = 116
/** In powers of ten: what is nearer to the last amount is not written, so that no two meet. */
const NEAR_THE_LAST = 0.45

/** A panel for each curve, all with one vertical scale, so that what grows more looks as if it did. */
export function renderGrowthPanels({ title, subtitle, curves }: GrowthPanels): string {
  const relative = curves.map(relativeToFirst)
  const highest = Math.max(...relative.flatMap(({ limit = 1, points }) => [limit, ...points.map(([, cost]) => cost)]))
  const places = relative.map((_, index) => ({
    left: MARGIN + (index % COLUMNS) * COLUMN_STEP,
    top: CONTENT_TOP + Math.floor(index / COLUMNS) * ROW_STEP,
  }))
  const chart: EChartsOption = {
    grid: places.map(({ left, top }) => ({
      left: left + AXIS_WIDTH,
      top: top + HEADING_HEIGHT,
      width: PLOT_WIDTH,
      height: PLOT_HEIGHT,
    })),
    xAxis: relative.map(amounts),
    yAxis: relative.map((_, gridIndex) => costs(gridIndex, Math.ceil(highest + 0.3))),
    series: relative.map(curveOf),
  }
  const height = CONTENT_TOP + Math.ceil(curves.length / COLUMNS) * ROW_STEP
  const headings = relative.map((curve, index) => {
    const { left, top } = places[index] ?? { left: 0, top: 0 }
    return headingAt(left, top, `${curve.name}: ${(curve.points.at(-1)?.[1] ?? 1).toFixed(2)}×`)
  })
  return renderSvg({ title, subtitle, height, headings, chart })
}

function relativeToFirst(curve: GrowthCurve): GrowthCurve {
  const base = curve.points[0]?.[1] ?? 1
  return { ...curve, points: curve.points.map(([amount, cost]) => [amount, cost / base] as const) }
}

function amounts({ points }: GrowthCurve, gridIndex: number): XAXisComponentOption {
  const first = Number(points[0]?.[0])
  const last = Number(points.at(-1)?.[0])
  const powers = Array.from({ length: 10 }, (_, exponent) => 10 ** exponent)
  const between = powers.filter(power => power > first && Math.log10(last / power) > NEAR_THE_LAST)
  return {
    type: 'log',
    gridIndex,
    min: first,
    max: last,
    axisLine: { lineStyle: { color: COLOURS.other } },
    axisTick: { show: false },
    splitLine: { show: false },
    axisLabel: {
      color: COLOURS.faint,
      fontSize: 12,
      customValues: [first, ...between, last],
      formatter: (amount: number) => Math.round(amount).toLocaleString('en-US'),
    },
  }
}

function costs(gridIndex: number, max: number): YAXisComponentOption {
  return {
    type: 'value',
    gridIndex,
    min: 0,
    max,
    interval: 1,
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: COLOURS.line } },
    axisLabel: { color: COLOURS.faint, fontSize: 12, formatter: '{value}×' },
  }
}

function curveOf({ points, limit }: GrowthCurve, index: number): LineSeriesOption {
  return {
    type: 'line',
    xAxisIndex: index,
    yAxisIndex: index,
    silent: true,
    clip: false,
    symbol: 'circle',
    symbolSize: 7,
    lineStyle: { width: 2.5, color: COLOURS.ours },
    itemStyle: { color: COLOURS.ours },
    data: points.map(([amount, cost]) => [Number(amount), cost]),
    ...(limit !== undefined && { markLine: limitAt(limit) }),
  }
}

function limitAt(limit: number): NonNullable<LineSeriesOption['markLine']> {
  return {
    silent: true,
    symbol: 'none',
    lineStyle: { color: COLOURS.limit, type: 'dashed', width: 1 },
    label: { position: 'insideStartTop', formatter: `bar: ${limit}×`, color: COLOURS.limit, fontSize: 12 },
    data: [{ yAxis: limit }],
  }
}
