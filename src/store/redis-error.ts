/** An error of Redis as it may be logged: without the command it answers, in which passwords and callers' data are. */
export function toldRedisError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error('Redis failed')
  // `ERR unknown command 'HELLO', with args beginning with: '3' 'AUTH' …`
  const told = new Error(error.message.replace(/,? with args .*$/s, ''))
  return 'code' in error ? Object.assign(told, { code: error.code }) : told
}
