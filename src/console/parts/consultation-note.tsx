import type { CallView } from '../../client/public.ts'
import type { Connection } from '../../cti/messages.ts'
import { board } from '../board.ts'
import { consultedParty } from '../board-views.ts'
import { say } from '../words.ts'

const words: Partial<Record<Connection['state'], 'consultTalks' | 'consultHeld' | 'consultWaits'>> = {
  connected: 'consultTalks',
  hold: 'consultHeld',
  queued: 'consultWaits'
}

/** Whom the agent asks about the caller, and how far that has come. */
export function ConsultationNote({ call, agentId }: { readonly call: CallView; readonly agentId: string }) {
  const current = board.value
  const consulted = current && consultedParty(current, call.callId, agentId)
  if (consulted === undefined) return null
  const word = words[consulted.state] ?? 'consultRings'
  const queue = current?.queues.get(consulted.deviceId.replace(/^queue:/, ''))
  const whom = consulted.state === 'queued' && queue !== undefined ? queue.title : consulted.deviceId
  return (
    <p class="consultation" role="status">
      {say(word, whom)}
    </p>
  )
}
