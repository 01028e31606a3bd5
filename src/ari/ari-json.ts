/** The parts of ARI's JSON that we read. `rest-api/api-docs/*.json` of Asterisk 22 has the rest. */
export interface AriChannel {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly caller: { readonly name: string; readonly number: string }
  readonly dialplan: { readonly context: string; readonly exten: string; readonly app_name: string; readonly app_data: string }
}

export interface AriBridge {
  readonly id: string
  readonly channels: readonly string[]
}

export interface AriEndpoint {
  readonly technology: string
  readonly resource: string
  readonly state?: string
}

export interface AriEvent {
  readonly type: string
  /** When Asterisk wrote it, by its own clock. */
  readonly timestamp?: string
  readonly application?: string
  readonly args?: readonly string[]
  readonly channel?: AriChannel
  readonly replace_channel?: AriChannel
  readonly bridge?: AriBridge
  readonly endpoint?: AriEndpoint
  readonly playback?: { readonly id: string; readonly target_uri: string; readonly state: string }
  readonly recording?: { readonly name: string; readonly target_uri: string; readonly state: string }
  /** Of a ChannelTransfer; `state` is set when it tells what we have answered. */
  readonly state?: string
  readonly refer_to?: {
    readonly requested_destination: { readonly destination?: string; readonly protocol_id?: string }
    readonly destination_channel?: { readonly id: string }
  }
  readonly referred_by?: { readonly source_channel: { readonly id: string } }
  readonly digit?: string
  readonly duration_ms?: number
  readonly cause?: number
  readonly cause_txt?: string
  readonly tech_cause?: number
  readonly soft?: boolean
}

/** Answer to a request that went over the websocket (22.4 on). */
export interface RestResponse {
  readonly type: 'RESTResponse'
  readonly request_id: string
  readonly status_code: number
  readonly message_body?: string
}
