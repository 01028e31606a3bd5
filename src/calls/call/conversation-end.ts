/** How a conversation of the caller with agents ended. */
export type ConversationEnd =
  | { readonly kind: 'over' }
  /** The agent, or whom the agent sent the caller to, could not be joined: the caller still waits to be served. */
  | { readonly kind: 'not-served' }
  /** `enqueuedAt`: the first time of the place that an agent gives them there. */
  | { readonly kind: 'queue'; readonly queue: string; readonly enqueuedAt?: number }
  | { readonly kind: 'number'; readonly number: string }
