import type { Api } from './api.ts'

export interface RemoteCall {
  readonly callId: string
  readonly contactId: string
  readonly startedAt: string
  readonly endedAt: string | null
  readonly caller: string | null
  readonly callerName: string | null
  readonly dialed: string | null
  readonly door: string | null
  readonly customer: { readonly id: string; readonly name: string | null } | null
  readonly queues: readonly string[]
  readonly agents: readonly string[]
  readonly termination: {
    readonly result: string
    readonly reason: string
    readonly cause: number | null
    readonly error: string | null
  } | null
  readonly totals: { readonly queuedMs: number; readonly talkedMs: number; readonly heldMs: number } | null
}

export interface RemoteEvent {
  readonly at: string
  readonly type: string
  readonly body: Readonly<Record<string, unknown>>
}

export interface RemoteStory {
  readonly call: RemoteCall
  readonly path: readonly {
    readonly flow: string
    readonly step: string
    readonly kind: string
    readonly at: string
    readonly tookMs: number
    readonly exit: string | null
    readonly detail: string | null
  }[]
  readonly events: readonly RemoteEvent[]
  readonly recordings: readonly { readonly id: string; readonly seconds: number }[]
  readonly messages: readonly { readonly id: string; readonly seconds: number; readonly state: string }[]
  readonly wrapUps: readonly {
    readonly agent: string
    readonly at: string
    readonly disposition: string | null
    readonly notes: string | null
  }[]
  readonly promises: readonly {
    readonly agent: string
    readonly madeAt: string
    readonly what: string
    readonly until: string | null
    readonly state: string
    readonly stateAt: string | null
    readonly stateBy: string | null
  }[]
}

export interface WantedCalls {
  readonly caller?: string | undefined
  readonly agent?: string | undefined
  readonly queue?: string | undefined
  /** ISO 8601. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly contact?: string | undefined
  readonly limit?: number | undefined
}

/** The whole story of one call; rejects with `CALL_UNKNOWN`. */
export function readStory(api: Api, callId: string): Promise<RemoteStory> {
  return api.get(`/api/v1/calls/${encodeURIComponent(callId)}`)
}

/** Calls that fit, the newest first. */
export async function findCalls(api: Api, wanted: WantedCalls): Promise<readonly RemoteCall[]> {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(wanted)) if (value !== undefined) query.set(name, String(value))
  return (await api.get<{ items: readonly RemoteCall[] }>(`/api/v1/calls?${query}`)).items
}
