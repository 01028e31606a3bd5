// RFC 3261 §25.1, narrowed: a user of plain characters, a host and a port; no parameters, no headers, nothing that a dial string could
// take for something else.
const plainAddress = /^sips?:[\w.+-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?(:\d{1,5})?$/

/** A SIP address of nothing but user, host and port. */
export function isPlainAddress(uri: string): boolean {
  return plainAddress.test(uri)
}

/** Whether the configuration lets anybody be sent to that SIP address: it fits one of those allowed. */
export function isAllowedAddress(uri: string, allowed: readonly string[]): boolean {
  return allowed.some((pattern) => fitsAddress(uri, pattern))
}

/** The very address; or a plain one that goes on where the pattern has its trailing `*`. */
export function fitsAddress(uri: string, pattern: string): boolean {
  if (!pattern.endsWith('*')) return uri === pattern
  const head = pattern.slice(0, -1)
  if (!isPlainAddress(uri) || !uri.startsWith(head)) return false
  // What begins like an allowed host is another host: `sip:desk@pbx.test*` must not reach pbx.test.evil.example.
  const isHostWhole = /@[^:]*[A-Za-z0-9]$/.test(head)
  return !isHostWhole || /^(:\d+)?$/.test(uri.slice(head.length))
}
