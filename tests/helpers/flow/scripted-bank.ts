import { createServer, type Server } from 'node:http'
import type { TestCase } from '../../../src/flow/test/test-file-schema.ts'

type Answers = NonNullable<TestCase['http']>

/** As the simulator answers when a case does not say after how long. */
const quicklyMs = 200

/** Another system that answers over real HTTP what test cases say. */
export class ScriptedBank {
  readonly server: Server
  readonly #answers = new Map<string, Answers>()
  readonly #used = new Set<Answers[number]>()

  constructor() {
    this.server = createServer((request, response) => {
      const answers = this.#answersFor(request.url ?? '')
      const fitting = answers.filter(
        ({ url, method }) => request.url?.includes(url) && (method === undefined || method === request.method)
      )
      const answer = fitting.find((each) => !this.#used.has(each)) ?? fitting.at(-1)
      if (answer === undefined) return void response.writeHead(404).end()
      this.#used.add(answer)
      request.resume()
      if (answer.fails === 'timeout') return
      if (answer.fails === 'unreachable') return void request.socket.destroy()
      const { status = 200, json = null } = answer
      const body = answer.fails === 'bad-body' ? 'not JSON' : JSON.stringify(json)
      setTimeout(
        () => response.writeHead(status, { 'content-type': 'application/json' }).end(body),
        answer.after ?? quicklyMs
      ).unref()
    })
  }

  /** For requests with the caller's number in their URL; under '', for those without one. */
  serve(from: string, answers: Answers): void {
    this.#answers.set(from, answers)
  }

  #answersFor(url: string): Answers {
    const [from = ''] = [...this.#answers.keys()].filter((each) => each !== '' && url.includes(each))
    return this.#answers.get(from) ?? []
  }
}
