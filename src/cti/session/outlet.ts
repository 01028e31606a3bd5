/** The way to one client: the part of a websocket that sessions use. */
export interface Outlet {
  send(text: string): void
  /** What may wait a moment for what follows, so that both go in one write. The order is kept. */
  sendSoon?(text: string): void
  /** Bytes handed over that the network has not yet taken. */
  readonly bufferedAmount: number
  close(code: number, reason: string): void
}
