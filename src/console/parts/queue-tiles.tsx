import type { QueueView } from '../../cti/messages.ts'
import { say } from '../words.ts'
import { Elapsed } from './elapsed.tsx'

/** The figures of queues. */
export function QueueTiles({ queues, title }: { readonly queues: readonly QueueView[]; readonly title: string }) {
  return (
    <section class="card" aria-labelledby="queues-title">
      <h2 id="queues-title">{title}</h2>
      <div class="queues">
        {queues.map((queue) => (
          <div key={queue.queue} class={queue.waiting > 0 && queue.ready === 0 ? 'queue urgent' : 'queue'}>
            <h3>{queue.title}</h3>
            <dl>
              <dt>{say('waiting')}</dt>
              <dd>{queue.waiting}</dd>
              <dt>{say('longestWait')}</dt>
              <dd>
                <Elapsed since={queue.oldestSince} />
              </dd>
              {queue.callbacks > 0 && (
                <>
                  <dt>{say('toCallBack')}</dt>
                  <dd>{queue.callbacks}</dd>
                </>
              )}
              <dt>{say('stateBusy')}</dt>
              <dd>{queue.talking}</dd>
              <dt>{say('ready')}</dt>
              <dd>
                {queue.ready} / {queue.loggedOn}
              </dd>
            </dl>
          </div>
        ))}
      </div>
    </section>
  )
}
