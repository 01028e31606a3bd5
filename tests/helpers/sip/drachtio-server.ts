/** drachtio in front of Asterisk, real or fake: what a test of the edge needs of it. */
export interface DrachtioServer {
  readonly kind: 'real' | 'fake'
  /** Its admin port. */
  readonly address: { readonly host: string; readonly port: number }
  readonly secret: string
  /** Its process; a fake one has none of its own. */
  readonly pid: number | undefined
  /** Where it takes SIP over UDP, `host:port`. */
  readonly sip: string
  /** Ends at once, as in a crash; `start` brings it back on the same ports. */
  kill(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}
