/** An event that a webhook is to be told, before it has a place in the outbox. */
export interface Entry {
  readonly id: string
  readonly webhook: string
  readonly lane: string
  readonly type: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** Members of a JSON object without braces. */
  readonly body: string
}

/** An entry in the outbox that was not taken yet. */
export interface Waiting extends Entry {
  readonly seq: number
  readonly queuedAt: number
  /** Attempts since then, and in all. */
  readonly tries: number
  readonly attempts: number
  readonly nextAt: number
}

/** The JSON that is sent: the event as a client of the socket gets it, and what tells repetitions. */
export function messageOf({ id, seq, body }: Pick<Waiting, 'id' | 'seq' | 'body'>, attempt: number): string {
  return `{"id":${JSON.stringify(id)},"attempt":${attempt},"seq":${seq},${body}}`
}
