import { spawn } from 'node:child_process'
import type { RealSignal } from '../domain/abort.ts'
import { AppError } from '../domain/errors.ts'

const TIMEOUT_MS = 5_000
/** Half an hour of 16-bit mono at 22 kHz. */
const OUTPUT_BYTES_MAX = 80_000_000

/** Runs a program without a shell: input to its stdin, resolves with its stdout. Killed when the signal aborts or after five seconds. */
export async function runProgram(
  program: string,
  args: readonly string[],
  input: Buffer | string,
  signal: RealSignal
): Promise<Buffer> {
  signal.throwIfAborted()
  const child = spawn(program, args, { stdio: 'pipe', signal, timeout: TIMEOUT_MS, killSignal: 'SIGKILL' })
  const output: Buffer[] = []
  let size = 0
  let complaint = ''

  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > OUTPUT_BYTES_MAX) child.kill('SIGKILL')
    else output.push(chunk)
  })
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-500)
  })
  // A program that ends before it has read all its input breaks the pipe; its exit status tells why.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)

  let error: Error | undefined
  child.once('error', (cause) => {
    error = cause
  })
  // `close` comes also after an error: whoever awaits this knows that the program has gone.
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  signal.throwIfAborted()
  if (code === 0) return Buffer.concat(output, size)
  const details = { program, code, killedBy: child.signalCode, complaint: complaint.trim() }
  throw new AppError('SPEECH_FAILED', 'upstream', 'A program that makes speech failed', { details, cause: error })
}
