import { AppError, toAppError } from '../domain/errors.ts'
import { runProgram } from './run-program.ts'

/** The version of an installed program. A missing one is a fault that names the Debian package to install. */
export async function programVersion(program: string, debianPackage: string): Promise<string> {
  try {
    const told = await runProgram(program, ['--version'], '', AbortSignal.timeout(10_000))
    return /v?(\d+(?:\.\d+)+\S*)/.exec(told.toString())?.[1] ?? 'unknown'
  } catch (cause) {
    const { code, details } = toAppError(cause)
    throw new AppError(
      'SPEECH_PROGRAM_MISSING',
      'server',
      `Speech needs the program ${program}: apt-get install ${debianPackage}`,
      {
        details: { program, debianPackage, code, ...details },
        cause
      }
    )
  }
}
