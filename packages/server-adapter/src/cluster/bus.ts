// What carries messages from one node to all, itself included. At most once, in each sender's order, and never waited
// for: a bus may lose anything at any time, and `create-cluster.ts` finds out by numbers.

export interface Bus {
  publish(text: string): void
  close(): Promise<void>
}

/** Starts a bus that hands what it hears to the listener. */
export type OpenBus = (listener: (text: string) => void) => Bus
