import type { ChaosEvidence, Violation } from './chaos-evidence.ts'
import type { InjuryName } from './injuries.ts'

const ERROR = 50

/** Errors that an injury may bring about, by their words (and their cause): nothing else may be an error. */
const expected: readonly { readonly by: InjuryName; readonly msg: RegExp; readonly cause?: RegExp }[] = [
  { by: 'disk-full', msg: /cannot be written|could not be (written|kept)/ },
  { by: 'disk-full', msg: /^A call cannot be recorded/, cause: /"ENOSPC"/ },
  { by: 'database-down', msg: /^(A callback could not be|Webhooks|.*database)/i },
  { by: 'killed-without-database', msg: /^(A callback could not be|Webhooks|.*database)/i }
]

/** No error but those that were brought about, and nothing that ended the process. */
export function checkLog({ log, stderr, injuries }: ChaosEvidence): Violation[] {
  const done = new Set(injuries.map(({ name }) => name))
  const wrong = log.filter(
    (line) =>
      line.level >= ERROR &&
      !expected.some(
        ({ by, msg, cause }) => done.has(by) && msg.test(line.msg) && (cause?.test(JSON.stringify(line.problem ?? {})) ?? true)
      )
  )
  return [
    ...wrong.map((about) => ({
      what: 'An error in the log',
      about,
      ...(typeof about.callId === 'string' && { callId: about.callId })
    })),
    ...(stderr.trim() === '' ? [] : [{ what: 'The server wrote to standard error', about: stderr.slice(0, 2_000) }])
  ]
}
