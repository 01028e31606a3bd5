import { PROMISE_MAX, PROMISES_MAX } from '../../domain/promise.ts'
import { say } from '../words.ts'
import { draftOf, editDraft, type PromiseDraft, promisableDays } from '../wrap-up-draft.ts'

/** What the agent has promised in the call, and by which day; the next agent sees it first. */
export function PromiseFields({ callId }: { readonly callId: string }) {
  const { promises } = draftOf(callId)
  const edit = (at: number, change: Partial<PromiseDraft>) =>
    editDraft(callId, {
      promises: promises.map((one, index) => (index === at ? { ...one, ...change } : one))
    })
  return (
    <>
      {promises.map(({ what, until }, at) => (
        <div key={at} class="promise-line">
          <label class="grow">
            {say('promise')}
            <input
              type="text"
              maxLength={PROMISE_MAX}
              value={what}
              onInput={(event) => edit(at, { what: event.currentTarget.value })}
            />
          </label>
          <label>
            {say('promiseUntil')}
            <input
              type="date"
              {...promisableDays()}
              value={until}
              onInput={(event) => edit(at, { until: event.currentTarget.value })}
            />
          </label>
          <button
            type="button"
            class="plain"
            aria-label={say('promiseRemove', at + 1)}
            onClick={() =>
              editDraft(callId, {
                promises: promises.filter((_, index) => index !== at)
              })
            }
          >
            ×
          </button>
        </div>
      ))}
      {promises.length < PROMISES_MAX && (
        <button
          type="button"
          class="plain add"
          onClick={() =>
            editDraft(callId, {
              promises: [...promises, { what: '', until: '' }]
            })
          }
        >
          {say('promiseAdd')}
        </button>
      )}
    </>
  )
}
