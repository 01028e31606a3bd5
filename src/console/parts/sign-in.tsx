import { useSignal } from '@preact/signals'
import { consoleFacts } from '../console-facts.ts'
import { HttpFailure } from '../http-client.ts'
import { signedOutByServer, startSession } from '../session.ts'
import type { Words } from '../words/en.ts'
import { say } from '../words.ts'

const problems: Readonly<Record<number, keyof Words>> = {
  400: 'signInWrong',
  401: 'signInWrong',
  403: 'signInWrong',
  429: 'signInTooMany'
}

/** User name and password. */
export function SignIn() {
  const username = useSignal('')
  const password = useSignal('')
  const problem = useSignal<keyof Words | undefined>(signedOutByServer.value ? 'signedOutByServer' : undefined)
  const waiting = useSignal(false)

  const submit = async (event: Event) => {
    event.preventDefault()
    waiting.value = true
    problem.value = undefined
    try {
      await startSession(username.value.trim(), password.value)
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error
      problem.value = problems[error.status] ?? 'serverAway'
    } finally {
      waiting.value = false
    }
  }

  return (
    <section class="card sign-in" aria-labelledby="sign-in-title">
      <h2 id="sign-in-title">{say('signIn')}</h2>
      <p class="quiet">{say('signInIntro')}</p>
      <form class="fields" onSubmit={submit}>
        <label>
          {say('username')}
          <input
            name="username"
            autocomplete="username"
            required
            value={username.value}
            onInput={(event) => (username.value = event.currentTarget.value)}
          />
        </label>
        <label>
          {say('password')}
          <input
            name="password"
            type="password"
            autocomplete="current-password"
            required
            value={password.value}
            onInput={(event) => (password.value = event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="wide main" disabled={waiting.value}>
          {say('signIn')}
        </button>
      </form>
      <p class="problem" role="alert">
        {problem.value !== undefined && say(problem.value)}
      </p>
      {consoleFacts.value?.demo && <p class="quiet small">{say('signInHint')}</p>}
    </section>
  )
}
