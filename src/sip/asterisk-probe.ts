import type { Drachtio } from './drachtio.ts'

/** So long an answer of Asterisk, or the lack of one, is believed. */
const BELIEVED_MS = 1000
/** So long callers who follow upon one another go by an answer while Asterisk is asked anew: a busy one takes its time, and they would wait for that as well. */
const GOOD_MS = 3000
/** Time for the answer also when the question was lost: drachtio repeats it after a second. */
const ANSWER_MS = 1500

/**
 * Whether Asterisk would answer a call just now. drachtio's proxy refuses a call that gets no answer with 408, after seconds;
 * asked first, with OPTIONS, we can say 503 at once. One question a second at most, and none while nobody calls. Who comes after a silence,
 * or while Asterisk does not answer, waits for its answer.
 */
export class AsteriskProbe {
  readonly #uri: string
  #last: { readonly at: number; readonly answers: boolean } = { at: Number.NEGATIVE_INFINITY, answers: false }
  #asking: Promise<boolean> | undefined

  constructor(asterisk: string) {
    this.#uri = `sip:${asterisk}`
  }

  answers(drachtio: Drachtio): Promise<boolean> {
    const { at, answers } = this.#last
    const age = performance.now() - at
    if (age < BELIEVED_MS) return Promise.resolve(answers)
    this.#asking ??= this.#ask(drachtio).finally(() => {
      this.#asking = undefined
    })
    if (!answers || age >= GOOD_MS) return this.#asking
    // Nobody waits for this one. What could not be asked is asked again, in the end by somebody who waits and is told why not.
    this.#asking.catch(() => undefined)
    return Promise.resolve(true)
  }

  /** A call got no answer: the next one asks again. */
  doubt(): void {
    this.#last = { at: Number.NEGATIVE_INFINITY, answers: false }
  }

  async #ask(drachtio: Drachtio): Promise<boolean> {
    const answers = await new Promise<boolean>((resolve) => {
      const late = setTimeout(() => resolve(false), ANSWER_MS)
      const done = (result: boolean) => {
        clearTimeout(late)
        resolve(result)
      }
      drachtio.request(this.#uri, { method: 'OPTIONS' }, (error, request) => {
        if (error !== null) {
          done(false)
          return
        }
        // 408 and 503 are drachtio's own words for silence and for a port that is closed; any other answer is Asterisk's.
        request.on('response', ({ status }) => done(status !== 408 && status !== 503))
      })
    })
    this.#last = { at: performance.now(), answers }
    return answers
  }
}
