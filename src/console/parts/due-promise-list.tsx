import { useEffect } from 'preact/hooks'
import { board } from '../board.ts'
import { duePromises, forgetPromises, loadPromises, promisesUnread } from '../due-promises.ts'
import { now } from '../now.ts'
import { say } from '../words.ts'
import { dueAt, PromiseRow } from './promise-row.tsx'

/** What customers are waiting for, of all contacts that the viewer may read, the soonest due first; read anew each minute. */
export function DuePromiseList() {
  const minute = Math.floor(now.value / 60_000)
  useEffect(() => void loadPromises(), [minute])
  useEffect(() => forgetPromises, [])
  const { promises = [], more = false } = duePromises.value ?? {}
  const agents = board.value?.agents
  return (
    <section class="card" aria-labelledby="due-promises-title">
      <div class="line">
        <h2 id="due-promises-title">{say('openPromises')}</h2>
        <span class="spring" />
        <button type="button" class="plain" onClick={() => void loadPromises()}>
          {say('refresh')}
        </button>
      </div>
      {promisesUnread.value && <p class="quiet">{say('promisesUnread')}</p>}
      {duePromises.value && promises.length === 0 && <p class="quiet">{say('noPromises')}</p>}
      <ul class="messages due">
        {promises
          .toSorted((one, other) => dueAt(one) - dueAt(other))
          .map((promise) => (
            <PromiseRow key={promise.promiseId} promise={promise} marked={() => void loadPromises()}>
              <p class="small">
                {[promise.customerName, promise.caller, say('promisedBy', agents?.get(promise.agentId)?.name ?? promise.agentId)]
                  .filter(Boolean)
                  .join(' · ')}
              </p>
            </PromiseRow>
          ))}
      </ul>
      {more && <p class="quiet small">{say('promisesMore')}</p>}
    </section>
  )
}
