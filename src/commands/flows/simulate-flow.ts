import { dirname, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { AppError } from '../../domain/errors.ts'
import { compileAround } from '../../flow/compile/compile-around.ts'
import { formatFindings } from '../../flow/compile/findings/format-findings.ts'
import { FlowLibrary } from '../../flow/library.ts'
import { AskedScript, type AskPlayer } from '../../flow/simulate/asked-script.ts'
import { simulateCall } from '../../flow/simulate/simulate-call.ts'
import { tell } from '../../flow/simulate/tell.ts'
import { toldLanguage } from '../told-language.ts'
import { designersContext } from './designers-context.ts'

export interface SimulateOptions {
  readonly number?: string
  readonly from?: string
  readonly at?: string
  readonly keys?: string
  readonly json?: boolean
  readonly language?: string
}

/** Walks one flow at the terminal. False: the flow has errors, which are printed, or the call failed. */
export async function simulateFlow(
  file: string,
  { number, from = '10000000000', at, keys, json = false, language }: SimulateOptions
): Promise<boolean> {
  const { folder, context, customers } = designersContext()
  const compiled = await compileAround([folder, dirname(file)], context)
  const flow = compiled.flows.find((each) => resolve(each.file) === resolve(file))
  if (flow === undefined) {
    const findings = compiled.findings.filter((finding) => resolve(finding.file) === resolve(file))
    if (findings.length === 0)
      throw new AppError('FLOW_FILE_UNKNOWN', 'client', 'There is no such flow file', { details: { file } })
    process.stderr.write(`${formatFindings(findings, 1, 'pretty', toldLanguage(language))}\n`)
    return false
  }

  const startAt = at === undefined ? Date.now() : Date.parse(at)
  if (Number.isNaN(startAt))
    throw new AppError('TIME_UNREADABLE', 'client', 'The time of the call cannot be read', { details: { at } })
  const line = {
    dialed: number ?? flow.numbers[0]?.replace('*', '') ?? '',
    callerNumber: from,
    customers,
    customer: customers.find(({ numbers }) => numbers.includes(from)),
    startAt
  }
  using player = keys === undefined ? personAtTerminal() : listOf(keys)
  const script = new AskedScript(line, player.ask, (queue) => context.centre.queues.get(queue)?.maxWaitMs ?? 0)
  const library = new FlowLibrary()
  library.replaceAll(compiled.flows)
  const call = await simulateCall(flow, context.centre, library, script, (happening) => {
    if (!json) process.stdout.write(`${tell(happening)}\n`)
  })
  const { result, reason, error } = call.termination
  const ended = `${`${(call.tookMs / 1000).toFixed(1)}s`.padStart(8)}  ended     ${result}, ${reason}${error === undefined ? '' : `, ${error}`}`
  process.stdout.write(json ? `${JSON.stringify(call, undefined, 2)}\n` : `${ended}\n`)
  return result !== 'failed'
}

interface Player extends Disposable {
  readonly ask: AskPlayer
}

/** Questions go to stderr, so that what a program reads from stdout is the call alone. */
function personAtTerminal(): Player {
  const terminal = createInterface({ input: process.stdin })
  const lines = terminal[Symbol.asyncIterator]()
  return {
    ask: async (_about, question) => {
      process.stderr.write(`          ? ${question} > `)
      const { done, value } = await lines.next()
      // A terminal shows what is typed; what comes from a file or a pipe would be missing, and the next line stand behind the question.
      if (!process.stdin.isTTY) process.stderr.write(`${done === true ? '(end)' : value.trim()}\n`)
      return done === true ? undefined : value.trim()
    },
    [Symbol.dispose]: () => terminal.close()
  }
}

/** Keys by question. Queues are answered, requests are not; when the list is at its end, the caller is silent. */
function listOf(keys: string): Player {
  const left = keys.split(/\s+/).filter((each) => each !== '')
  const wrong = left.find((each) => !/^([\d*#]+|silence|hangup)$/.test(each))
  if (wrong !== undefined) {
    throw new AppError('KEYS_UNREADABLE', 'client', 'Keys are digits, * and #, silence or hangup', { details: { keys: wrong } })
  }
  return {
    ask: async (about) => (about === 'keys' ? (left.shift() ?? '') : ''),
    [Symbol.dispose]: () => {}
  }
}
