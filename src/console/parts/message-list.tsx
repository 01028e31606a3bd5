import { useEffect } from 'preact/hooks'
import { board } from '../board.ts'
import type { Voicemail } from '../http-client.ts'
import { clockText } from '../now.ts'
import { voicemailNews } from '../session.ts'
import {
  finishVoicemail,
  forgetVoicemails,
  loadVoicemails,
  playing,
  playVoicemail,
  stopVoicemail,
  voicemails
} from '../voicemails.ts'
import { locale, say } from '../words.ts'

/** Messages that callers left: who, when, and what is to be done. Nothing is shown while there are none. */
export function MessageList() {
  const news = voicemailNews.value
  // The news says that the list has changed, not how.
  useEffect(() => void loadVoicemails(), [news])
  useEffect(() => forgetVoicemails, [])
  if (voicemails.value.length === 0) return null
  return (
    <section class="card" aria-labelledby="messages-title">
      <h2 id="messages-title">{say('messages')}</h2>
      <ul class="messages">
        {voicemails.value.map((message) => (
          <Message key={message.id} message={message} />
        ))}
      </ul>
    </section>
  )
}

function Message({ message }: { readonly message: Voicemail }) {
  const { id, queue, caller, callerName, customer, createdAt, seconds, state } = message
  const who = customer?.name || callerName || caller
  const when = new Date(createdAt).toLocaleString(locale(), { dateStyle: 'short', timeStyle: 'short' })
  const isPlaying = playing.value === id
  return (
    <li class={state}>
      <div>
        <strong>{who}</strong> {who !== caller && <span class="small">{caller}</span>}
        <p class="small">
          {board.value?.queues.get(queue)?.title ?? queue} · {when} · {clockText(seconds * 1000)}
          {state === 'heard' && ` · ${say('messageHeard')}`}
        </p>
      </div>
      <button type="button" onClick={() => (isPlaying ? stopVoicemail() : void playVoicemail(message))}>
        {say(isPlaying ? 'messageStop' : 'messagePlay')}
      </button>
      <button type="button" class="plain" onClick={() => void finishVoicemail(message)}>
        {say('messageDone')}
      </button>
    </li>
  )
}
