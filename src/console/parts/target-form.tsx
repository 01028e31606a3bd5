import { useSignal } from '@preact/signals'
import type { CallAction, ParamsOf } from '../../client/public.ts'
import { board } from '../board.ts'
import { order, ordersUnderWay } from '../order.ts'
import type { Words } from '../words/en.ts'
import { say } from '../words.ts'

type Target = ParamsOf<'singleStepTransferCall'>['to']
type Kind = 'queue' | 'agent' | 'number' | 'sip'
/** What takes a target, with the kinds it takes. */
const kindsOf = {
  singleStepTransferCall: ['queue', 'agent', 'number'],
  deflectCall: ['queue', 'agent', 'number'],
  consultationCall: ['agent', 'queue', 'number', 'sip']
} as const satisfies Partial<Record<CallAction, readonly Kind[]>>
export type TargetedAction = keyof typeof kindsOf

const kindWords = { queue: 'toQueue', agent: 'toAgent', number: 'toNumber', sip: 'toAddress' } as const satisfies Record<
  Kind,
  keyof Words
>
const titles = {
  singleStepTransferCall: 'transfer',
  deflectCall: 'deflect',
  consultationCall: 'consult'
} as const satisfies Record<TargetedAction, keyof Words>
const samples = { queue: '', agent: '1002', number: '95588', sip: 'sip:expert@example.com' } as const satisfies Record<
  Kind,
  string
>

interface Props {
  readonly action: TargetedAction
  readonly callId: string
  done(): void
}

/** Where to send the caller, or whom to ask about them. */
export function TargetForm({ action, callId, done }: Props) {
  const kind = useSignal<Kind>(kindsOf[action][0])
  const queues = [...(board.value?.queues.values() ?? [])]
  const queue = useSignal(queues[0]?.queue ?? '')
  const other = useSignal('')

  const submit = async (event: Event) => {
    event.preventDefault()
    const to = targetOf(kind.value, kind.value === 'queue' ? queue.value : other.value.trim())
    const ordered =
      action === 'consultationCall'
        ? order(action, { callId, to })
        : order(action === 'deflectCall' ? action : 'singleStepTransferCall', { callId, to })
    if (await ordered) done()
  }

  return (
    <form class="line transfer" onSubmit={submit}>
      <select
        aria-label={say(action === 'consultationCall' ? 'consultWhom' : 'transferTo')}
        value={kind.value}
        onChange={(event) => (kind.value = event.currentTarget.value as Kind)}
      >
        {kindsOf[action].map((one) => (
          <option key={one} value={one}>
            {say(kindWords[one])}
          </option>
        ))}
      </select>
      {kind.value === 'queue' ? (
        <select aria-label={say('queue')} value={queue.value} onChange={(event) => (queue.value = event.currentTarget.value)}>
          {queues.map(({ queue, title }) => (
            <option key={queue} value={queue}>
              {title}
            </option>
          ))}
        </select>
      ) : (
        <input
          aria-label={say(kindWords[kind.value])}
          placeholder={samples[kind.value]}
          inputMode={kind.value === 'sip' ? 'url' : 'tel'}
          required
          value={other.value}
          onInput={(event) => (other.value = event.currentTarget.value)}
        />
      )}
      <button type="submit" class="main" disabled={ordersUnderWay.value > 0}>
        {say(titles[action])}
      </button>
      <button type="button" class="plain" onClick={done}>
        {say('cancel')}
      </button>
    </form>
  )
}

function targetOf(kind: Kind, text: string): Target {
  if (kind === 'queue') return { kind, queue: text }
  if (kind === 'agent') return { kind, agentId: text }
  return kind === 'sip' ? { kind, uri: text } : { kind, number: text }
}
