import type { Log } from '../../src/domain/log.ts'

/** A log that keeps what was said from `warn` upwards. */
export function quietLog(): Log & { readonly lines: { level: 'warn' | 'error'; fields: object; message: string }[] } {
  const lines: { level: 'warn' | 'error'; fields: object; message: string }[] = []
  const log = {
    lines,
    debug: () => {},
    info: () => {},
    warn: (fields: object, message: string) => void lines.push({ level: 'warn', fields, message }),
    error: (fields: object, message: string) => void lines.push({ level: 'error', fields, message }),
    child: () => log
  }
  return log
}
