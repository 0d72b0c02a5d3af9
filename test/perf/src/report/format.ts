/** Three digits: more than two runs agree on. */
export function formatNumber(value: number): string {
  const rounded = value.toPrecision(3)
  return value >= 100 ? Number(rounded).toLocaleString('en-US') : rounded
}
