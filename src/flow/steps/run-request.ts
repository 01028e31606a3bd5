import type { Signal } from '../../domain/abort.ts'
import { AppError } from '../../domain/errors.ts'
import type { HttpOutcome, HttpRequest } from '../../domain/ports/http-client.ts'
import { isAllowedRequest } from '../allowed-request.ts'
import { ChildAbort } from '../child-abort.ts'
import type { Frame } from '../conversation.ts'
import { valueUnfit } from '../faults.ts'
import { fitsShape } from '../fits-shape.ts'
import type { Prompt } from '../prompt.ts'
import { speak } from '../speak.ts'
import type { RequestStep } from '../step.ts'
import { onward, type StepEnd } from '../step-end.ts'

/** A caller does not notice a shorter silence; a prompt that begins and stops at once is worse than none. */
const patienceMs = 700
const retryPauseMs = 200

/** Expressions go through lists without a pause: one of a hundred thousand items would hold up all other calls. */
const LIST_MAX = 2000

/** Asks another system. Whatever goes wrong there is a fault of this step, for its `on_error`. */
export async function runRequest(step: RequestStep, frame: Frame, signal: Signal): Promise<StepEnd> {
  const request = filledIn(step, frame)
  const { centre } = frame.talk.world
  if (!isAllowedRequest(request.url, centre.allowedRequests)) throw requestFailed(step, 'not-allowed')

  let outcome: HttpOutcome
  try {
    outcome = await withFiller(step.whileWaiting, frame, signal, () => sendPatiently(request, step.retries, frame, signal))
  } finally {
    frame.talk.asked++
  }
  if (!outcome.ok) throw requestFailed(step, outcome.problem, outcome.status)
  if (hasMoreItems(outcome.body, LIST_MAX)) throw requestFailed(step, 'too-many-items', outcome.status)
  if (step.expect !== undefined && !fitsShape(outcome.body, step.expect)) throw requestFailed(step, 'bad-shape', outcome.status)
  if (step.into !== undefined) frame.names[step.into] = outcome.body ?? null
  return onward(step.next, 'answer', String(outcome.status))
}

function filledIn(step: RequestStep, frame: Frame): HttpRequest {
  const headers = step.headers?.evaluate(frame.scope)
  const { callId, contactId } = frame.talk.caller.facts
  return {
    method: step.method,
    url: String(step.url.evaluate(frame.scope)),
    timeoutMs: step.timeoutMs,
    about: { callId, contactId },
    ...(step.method !== 'GET' && { key: `${callId}-${frame.talk.asked + 1}` }),
    ...(step.json !== undefined && { json: step.json.evaluate(frame.scope) }),
    ...(headers !== undefined && { headers: textsOf(headers, step) })
  }
}

/** RFC 9110 §5.5: other letters mean something else to each server, and a line end would begin another header. */
function textsOf(headers: unknown, step: RequestStep): Record<string, string> {
  const texts = Object.entries(Object(headers)).map(([name, value]): [string, string] => [name, String(value)])
  const wrong = texts.find(([, text]) => /[^\t\x20-\x7e]/.test(text))
  if (wrong !== undefined) throw valueUnfit(step.name, 'a header of ASCII letters in one line')
  return Object.fromEntries(texts)
}

async function sendPatiently(request: HttpRequest, retries: number, frame: Frame, signal: Signal): Promise<HttpOutcome> {
  const { http, clock } = frame.talk.world
  for (let left = retries; ; left--) {
    const outcome = await http.send(request, signal)
    signal.throwIfAborted()
    if (outcome.ok || left === 0 || !mayPass(outcome)) return outcome
    await clock.sleep(retryPauseMs, signal)
  }
}

/** Whether the same request may be answered a moment later. What the other side refuses, it will refuse again. */
function mayPass(outcome: HttpOutcome & { ok: false }): boolean {
  if (outcome.problem === 'status') return (outcome.status ?? 0) >= 500
  return outcome.problem === 'timeout' || outcome.problem === 'unreachable'
}

/** Does `work`; when that takes longer than the caller's patience, says the filler until it is done. */
async function withFiller<Value>(
  filler: Prompt | undefined,
  frame: Frame,
  signal: Signal,
  work: () => Promise<Value>
): Promise<Value> {
  if (filler === undefined) return await work()

  using child = new ChildAbort(signal)
  const speaking = fill(filler, frame, child.signal)
  try {
    return await work()
  } finally {
    child.abort(new Error('The answer came'))
    await speaking
  }
}

async function fill(filler: Prompt, frame: Frame, signal: Signal): Promise<void> {
  try {
    await frame.talk.world.clock.sleep(patienceMs, signal)
    await speak([filler], frame, signal)
  } catch {
    // Stopped because the answer came or the caller left, which `work` sees too; or the filler cannot be spoken, and then
    // silence for the length of one request is better than to throw its answer away.
  }
}

/** Whether a list or map in it holds more than that, or it is nested more deeply than anything a flow can use. */
function hasMoreItems(value: unknown, max: number, levels = 50): boolean {
  if (typeof value !== 'object' || value === null) return false
  const items = Object.values(value)
  return levels === 0 || items.length > max || items.some((item) => hasMoreItems(item, max, levels - 1))
}

function requestFailed(step: RequestStep, problem: string, status?: number): AppError {
  return new AppError('FLOW_REQUEST_FAILED', 'upstream', 'A request of a flow was not answered as it needs', {
    details: { step: step.name, problem, ...(status !== undefined && { status }) }
  })
}
