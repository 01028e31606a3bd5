import type { Signal } from '@preact/signals'
import type { ConsoleFacts } from '../http-client.ts'
import { say } from '../words.ts'

interface Props {
  readonly facts: ConsoleFacts
  readonly chosen: string
  readonly number: Signal<string>
  readonly caller: Signal<string>
  readonly disabled: boolean
}

/** Which number to call, and as whom. */
export function CallChoice({ facts, chosen, number, caller, disabled }: Props) {
  return (
    <div class="fields">
      <label>
        {say('callWho')}
        <select value={chosen} disabled={disabled} onChange={(event) => (number.value = event.currentTarget.value)}>
          {facts.numbers.map(({ number, title }) => (
            <option key={number} value={number}>
              {number} {firstSentence(title)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {say('callAs')}
        <select value={caller.value} disabled={disabled} onChange={(event) => (caller.value = event.currentTarget.value)}>
          <option value="">{say('unknownCaller')}</option>
          {facts.customers.map(({ name, number, note }) => (
            <option key={number} value={number}>
              {name}
              {note ? ` – ${note}` : ''}
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}

function firstSentence(text: string): string {
  return text.split(/\.\s|。/, 1)[0] ?? text
}
