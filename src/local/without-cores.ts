/** What starts that program so that it leaves no core, whatever the limits of who started us: its memory holds passwords, keys and what callers typed. The process stays the same. */
export function withoutCores(command: string, args: readonly string[]): readonly [command: string, args: string[]] {
  return ['/bin/sh', ['-c', 'ulimit -c 0; exec "$0" "$@"', command, ...args]]
}
