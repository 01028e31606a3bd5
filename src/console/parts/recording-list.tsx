import { useEffect } from 'preact/hooks'
import type { Recording } from '../http-client.ts'
import { clockText } from '../now.ts'
import {
  closeRecording,
  forgetRecordings,
  loadRecordings,
  pauseOrPlay,
  player,
  playRecording,
  recordings,
  seekRecording
} from '../recordings.ts'
import { locale, say } from '../words.ts'
import { Waveform } from './waveform.tsx'

/** The newest recorded talks, to be heard. `news` changes when there may be more. */
export function RecordingList({ news }: { readonly news: unknown }) {
  useEffect(() => void loadRecordings(), [news])
  useEffect(() => forgetRecordings, [])
  return (
    <section class="card" aria-labelledby="recordings-title">
      <div class="line">
        <h2 id="recordings-title">{say('recordings')}</h2>
        <span class="spring" />
        <button type="button" class="plain" onClick={() => void loadRecordings()}>
          {say('refresh')}
        </button>
      </div>
      {recordings.value.length === 0 && <p class="quiet">{say('noRecordings')}</p>}
      <ul class="messages recordings">
        {recordings.value.map((recording) => (
          <RecordingRow key={recording.id} recording={recording} />
        ))}
      </ul>
    </section>
  )
}

function RecordingRow({ recording }: { readonly recording: Recording }) {
  const { id, caller, callerName, customer, agents, createdAt, seconds } = recording
  const open = player.value?.id === id ? player.value : undefined
  const when = new Date(createdAt).toLocaleString(locale(), { dateStyle: 'short', timeStyle: 'short' })
  return (
    <li>
      <div>
        <strong>{customer?.name || callerName || caller}</strong>
        <p class="small">{[agents.join(', '), when, clockText(seconds * 1000)].filter((text) => text !== '').join(' · ')}</p>
      </div>
      <button type="button" onClick={() => (open === undefined ? void playRecording(id) : pauseOrPlay())}>
        {say(open?.plays ? 'recordingPause' : 'messagePlay')}
      </button>
      {open && (
        <button type="button" class="plain" onClick={closeRecording}>
          {say('recordingClose')}
        </button>
      )}
      {open?.peaks && <Waveform peaks={open.peaks} at={open.at} seek={seekRecording} />}
    </li>
  )
}
