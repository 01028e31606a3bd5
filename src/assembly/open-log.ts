import { type DestinationStream, type Logger, pino } from 'pino'

/** Never in a log, wherever they appear: what callers type and what opens doors. */
const SECRET_FIELDS = ['digits', 'pin', 'password', 'token', 'secret', 'authorization', 'cookie']

/** The process log: JSON lines, pretty only for a person at a terminal. */
export function openLog(level: string, destination?: DestinationStream): Logger {
  const paths = SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`])
  const { isoTime: timestamp } = pino.stdTimeFunctions
  return pino({ level, redact: { paths, censor: '••••' }, base: null, timestamp }, destination)
}
