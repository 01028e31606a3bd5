/** One command to ARI, whichever way it goes. */
export interface AriRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below `/ari/`, with its query. */
  readonly uri: string
  /** Sent as JSON. */
  readonly body?: unknown
}

/** What came back. Status 0: nothing did, and `body` says why. */
export interface Reply {
  readonly status: number
  readonly body: string
}

/** The reply to a command that was not answered. */
export function noReply(why: string): Reply {
  return { status: 0, body: why }
}
