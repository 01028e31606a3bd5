/** One call as its caller saw it on the wire. Times by the clock of this machine, milliseconds. */
export interface CallerView {
  readonly from: string
  answeredAt?: number
  endedAt?: number
  endedBy?: 'caller' | 'server'
  /** The status the call was refused with. */
  refusedWith?: number
}
