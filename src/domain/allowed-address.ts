/** Whether the configuration lets anybody be sent to that SIP address: it equals an allowed one, or begins with what stands before its trailing `*`. */
export function isAllowedAddress(uri: string, allowed: readonly string[]): boolean {
  return allowed.some((pattern) => (pattern.endsWith('*') ? uri.startsWith(pattern.slice(0, -1)) : uri === pattern))
}
