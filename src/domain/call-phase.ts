/** Where a call came from. */
export type CallDoor = 'trunk' | 'agent' | 'callback' | 'desk'

/** What a hang-up of the caller means: leaving a flow is their right, leaving a queue is an abandoned call. */
export type CallPhase = 'flow' | 'queued' | 'talking'
