/** Whose fault it is. Decides log level, HTTP status and the failure bucket in reports. */
export type Blame = 'caller' | 'agent' | 'client' | 'flow' | 'upstream' | 'server'

export interface AppErrorOptions {
  /** Variables of the message; the message itself is constant, so that equal faults can be counted. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/** A fault with a stable code. Outcomes (no digit, nobody free) are values and hang-ups are `signal.reason`; neither is an AppError. */
export class AppError extends Error {
  readonly code: string
  readonly blame: Blame
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: string, blame: Blame, message: string, { details = {}, cause }: AppErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = code
    this.code = code
    this.blame = blame
    this.details = details
  }
}

/** What the system says of a disk, or a share of it, that is full. */
const noRoom: readonly unknown[] = ['ENOSPC', 'EDQUOT']

/** The AppError inside anything thrown; an unknown error becomes a fault of ours. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (error instanceof Error && 'code' in error && noRoom.includes(error.code))
    return new AppError('DISK_FULL', 'server', 'There is no room left on the disk', { cause: error })
  return new AppError('INTERNAL', 'server', 'Something unexpected went wrong', { cause: error })
}
