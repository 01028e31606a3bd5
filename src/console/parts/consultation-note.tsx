import type { CallView } from '../../client/public.ts'
import { board } from '../board.ts'
import { consultedParty } from '../board-views.ts'
import { say } from '../words.ts'

/** Whom the agent asks about the caller, and how far that has come. */
export function ConsultationNote({ call, agentId }: { readonly call: CallView; readonly agentId: string }) {
  const current = board.value
  const consulted = current && consultedParty(current, call.callId, agentId)
  if (consulted === undefined) return null
  const word = consulted.state === 'connected' ? 'consultTalks' : consulted.state === 'hold' ? 'consultHeld' : 'consultRings'
  return (
    <p class="consultation" role="status">
      {say(word, consulted.deviceId)}
    </p>
  )
}
