/** The way to one client: the part of a websocket that sessions use. */
export interface Outlet {
  send(text: string): void
  /** Bytes handed over that the network has not yet taken. */
  readonly bufferedAmount: number
  close(code: number, reason: string): void
}
