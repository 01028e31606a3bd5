import type { Database } from '../domain/ports/database.ts'

/** Somebody was given the audio of a recording, threw it away or protected it. */
export interface Access {
  readonly at: string
  readonly recordingId: string
  readonly callId: string
  readonly by: string
  readonly what: 'played' | 'deleted' | 'protected' | 'released'
}

export interface AccessFilter {
  readonly recording?: string | undefined
  readonly call?: string | undefined
  readonly by?: string | undefined
  /** At that moment or later; before that moment. Milliseconds since 1970. */
  readonly from?: number | undefined
  readonly to?: number | undefined
  readonly limit: number
}

/** Accesses to recordings, newest first, also to those that are no longer there. They are facts like any other, kept with the calls. */
export async function listAccesses(database: Database, filter: AccessFilter): Promise<readonly Access[]> {
  const { recording, call, by, from, to, limit } = filter
  return database.query<Access>(
    `select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, body->>'recordingId' as "recordingId",
       call_id as "callId", body->>'by' as by,
       case when type = 'recording.played' then 'played'
         when type = 'recording.protected' then case when (body->>'protected')::boolean then 'protected' else 'released' end
         else 'deleted' end as what
     from call_events
     where type in ('recording.played', 'recording.deleted', 'recording.protected', 'voicemail.changed')
       and (type <> 'voicemail.changed' or body->>'state' = 'deleted')
       and ($1::text is null or body->>'recordingId' = $1) and ($2::text is null or call_id = $2)
       and ($3::text is null or body->>'by' = $3)
       and ($4::double precision is null or call_events.at >= to_timestamp($4 / 1000.0))
       and ($5::double precision is null or call_events.at < to_timestamp($5 / 1000.0))
     order by call_events.at desc, instance, number limit $6`,
    [recording ?? null, call ?? null, by ?? null, from ?? null, to ?? null, limit]
  )
}
