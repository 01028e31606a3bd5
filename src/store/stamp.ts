/** How new what is stored is: in which run of the server it was written, counted on from the run before, and after how many changes. */
export interface Stamp {
  readonly run: number
  readonly changes: number
}

export function isNewer(one: Stamp, other: Stamp): boolean {
  return one.run > other.run || (one.run === other.run && one.changes > other.changes)
}
