/** Nila, oklch(0.50 0.17 275): the accent of a site that has set none. A file of its own, because the loader needs it. */
export const NILA = '#4b53c2'
