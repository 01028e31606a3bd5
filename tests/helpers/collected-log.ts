import type { Log } from '../../src/domain/log.ts'

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  readonly fields: object
}

/** A log that keeps its lines for the test to read. */
export function collectedLog(lines: LogLine[] = [], bound: object = {}): Log & { readonly lines: LogLine[] } {
  const at = (level: LogLine['level']) => (fields: object, message: string) =>
    void lines.push({ level, message, fields: { ...bound, ...fields } })
  return {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => collectedLog(lines, { ...bound, ...fields })
  }
}
