import type { CallView, SupervisionView } from '../../client/public.ts'
import { board } from '../board.ts'
import { order, ordersUnderWay } from '../order.ts'
import type { Words } from '../words/en.ts'
import { say } from '../words.ts'

const modes = [
  ['silent', 'listen'],
  ['whisper', 'whisper'],
  ['active', 'bargeIn']
] as const satisfies readonly (readonly [SupervisionView['mode'], keyof Words])[]

/** Listening to a talk, speaking to the agent alone, joining: the supervisor's phone rings, and may change between them. */
export function SuperviseButtons({ call: { callId, allowed } }: { readonly call: CallView }) {
  if (!allowed.includes('singleStepConferenceCall')) return null
  const own = board.value?.supervisions.get(board.value.me.username)
  const current = own?.callId === callId ? own.mode : undefined
  return (
    <fieldset class="supervise" aria-label={say('superviseTitle')}>
      {modes.map(([mode, word]) => (
        <button
          key={mode}
          type="button"
          class="small"
          aria-pressed={current === mode}
          disabled={ordersUnderWay.value > 0}
          onClick={() => void order('singleStepConferenceCall', { callId, mode })}
        >
          {say(word)}
        </button>
      ))}
      {current !== undefined && (
        <button
          type="button"
          class="small stop"
          disabled={ordersUnderWay.value > 0}
          onClick={() => void order('clearConnection', { callId })}
        >
          {say('stopListening')}
        </button>
      )}
    </fieldset>
  )
}
