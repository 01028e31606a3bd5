import type { ConnectionState } from '../../client/public.ts'
import { session } from '../session.ts'
import { say } from '../words.ts'

/** Whether the page shows what is true now. */
export function ConnectionLight() {
  const connection = session.value?.connection.value
  if (connection === undefined) return null
  return (
    <span class={`light ${connection.state}`} role="status">
      {textOf(connection)}
    </span>
  )
}

function textOf(connection: ConnectionState): string {
  if (connection.state === 'connecting') return say('connecting')
  if (connection.state === 'closed') return say('refusedConnection')
  if (connection.state !== 'live') return say('reconnecting')
  return connection.roundTripMs === undefined ? say('live') : say('liveMs', Math.max(1, Math.round(connection.roundTripMs)))
}
