/** Fields of every line of the server's log, which say nothing to a person at the terminal. */
const noise = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'v'])
const names: Readonly<Record<number, string>> = { 40: 'warning', 50: 'error', 60: 'fatal' }

/** For programs that log as JSON lines: warnings and worse, in one readable line. Whatever is not JSON is shown as it is. */
export function problemInJson(line: string): string | undefined {
  const entry = parse(line)
  if (entry === undefined) return line.trim() === '' ? undefined : line
  const name = names[Number(entry.level)]
  if (name === undefined) return undefined
  const rest = Object.entries(entry).filter(([key]) => !noise.has(key))
  const fields = rest.map(([key, value]) => `${key}=${typeof value === 'string' ? value : short(value)}`)
  return [`${name}: ${entry.msg}`, ...fields].join('  ')
}

/** For Asterisk: `[Nov 22 10:00:00] ERROR[123] file.c: …`. */
export function problemInAsterisk(line: string): string | undefined {
  return /\b(ERROR|WARNING)\[\d+\]/.test(line) ? line : undefined
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    // It only looked like JSON.
    return undefined
  }
}

/** An error by its message: the stack is in the log file. */
function short(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string') return value.message
  return JSON.stringify(value)
}
