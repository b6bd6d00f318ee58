// Order statistics of measured numbers. No means: one slow fsync would own them.

/** The value below which a share `p` (0 … 1) of the numbers lies; `NaN` of none. */
export function quantile(numbers, p) {
  const sorted = Float64Array.from(numbers).toSorted()
  return sorted.length === 0 ? Number.NaN : sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))]
}

/** The middle one; of an even count, the middle of the two. */
export function median(numbers) {
  const sorted = Float64Array.from(numbers).toSorted()
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Rounds to so many significant digits: what a noisy machine can say at most. */
export const significant = (number, digits = 3) => Number(number.toPrecision(digits))

/** The line through points `[x, y]` by least squares: its slope, and the slope's standard error. */
export function regress(points) {
  const mean = (index) => points.reduce((sum, point) => sum + point[index], 0) / points.length
  const [meanX, meanY] = [mean(0), mean(1)]
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread
  const residual = points.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0)
  return { slope, error: Math.sqrt(residual / (points.length - 2) / spread) }
}
