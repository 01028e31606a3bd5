import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/** What a person types at the terminal, which is not shown. */
export async function askPassword(question: string): Promise<string> {
  process.stderr.write(question)
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  try {
    return await terminal.question('')
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}
