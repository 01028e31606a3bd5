import { reopenSession, session } from '../session.ts'
import { say } from '../words.ts'

/** Tells that another page has taken the session over. */
export function ReplacedNote() {
  const connection = session.value?.connection.value
  if (connection?.state !== 'closed' || connection.why !== 'replaced') return null
  return (
    <section class="card note" role="alert">
      <p>{say('replacedElsewhere')}</p>
      <button type="button" class="main" onClick={reopenSession}>
        {say('openHere')}
      </button>
    </section>
  )
}
