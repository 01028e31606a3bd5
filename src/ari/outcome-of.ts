import type { Outcome, Problem } from '../domain/outcome.ts'
import type { Reply } from './reply.ts'

const problems: Readonly<Record<number, Problem>> = {
  0: 'unavailable',
  404: 'gone',
  409: 'conflict',
  412: 'conflict',
  422: 'conflict',
  503: 'unavailable'
}

/** What a reply means to us. The only reader of ARI's error texts. */
export function outcomeOf(reply: Reply): Outcome {
  if (reply.status >= 200 && reply.status < 300) return { ok: true, value: undefined }
  const detail = errorText(reply.body)
  // bridges.json: addChannel and removeChannel say 400 for a channel that does not exist and keep 404 for the bridge.
  const problem = reply.status === 400 && /channel not found/i.test(detail) ? 'gone' : (problems[reply.status] ?? 'refused')
  return { ok: false, problem, status: reply.status, detail }
}

/** For commands on something that we know has ended, or cannot reach. */
export function failure(problem: Problem, detail: string): Outcome & { readonly ok: false } {
  return { ok: false, problem, status: 0, detail }
}

/** ARI says `{"message"}` for what it checked and `{"error"}` for what failed inside. */
function errorText(body: string): string {
  try {
    const { message, error } = JSON.parse(body) as { message?: string; error?: string }
    return message ?? error ?? body
  } catch {
    // Not JSON: our own words, or a page of the HTTP server.
    return body.slice(0, 200)
  }
}
