// What visitors and developers download. The same measurement that `npm run check` enforces.

import { measureSizes } from '../../tools/sizes.mjs'

const kB = (bytes) => (bytes === undefined ? 'not built' : `${(bytes / 1_000).toFixed(2)} kB`)

export const sizes = {
  name: 'sizes',
  title: 'downloads, gzip -9',
  reach: 'loader ≤ 1.8 kB; chat ≤ 34 kB; createChat ≤ 18 kB',

  async run() {
    const rows = await measureSizes()
    return {
      isReached: rows.every(({ bytes, limit }) => limit === undefined || (bytes !== undefined && bytes <= limit)),
      values: Object.fromEntries(rows.map(({ name, bytes }) => [name, bytes ?? null])),
      text: rows.map(({ name, bytes }) => `${name} ${kB(bytes)}`).join('; '),
      notes: [],
    }
  },
}
