import type { Drachtio } from './drachtio.ts'

/** So long an answer of Asterisk, or the lack of one, is believed. */
const BELIEVED_MS = 1000
/** Time for the answer also when the question was lost: drachtio repeats it after a second. */
const ANSWER_MS = 1500

/**
 * Whether Asterisk would answer a call just now. drachtio's proxy refuses a call that gets no answer with 408, after seconds;
 * asked first, with OPTIONS, we can say 503 at once. One question a second at most, and none while nobody calls.
 */
export class AsteriskProbe {
  readonly #uri: string
  #last: { readonly at: number; readonly answers: boolean } = { at: Number.NEGATIVE_INFINITY, answers: false }
  #asking: Promise<boolean> | undefined

  constructor(asterisk: string) {
    this.#uri = `sip:${asterisk}`
  }

  answers(drachtio: Drachtio): Promise<boolean> {
    if (performance.now() - this.#last.at < BELIEVED_MS) return Promise.resolve(this.#last.answers)
    this.#asking ??= this.#ask(drachtio).finally(() => {
      this.#asking = undefined
    })
    return this.#asking
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
