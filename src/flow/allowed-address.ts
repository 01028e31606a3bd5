/** Whether the configuration lets flows call that SIP address. */
export function isAllowedAddress(uri: string, allowed: readonly string[]): boolean {
  return allowed.some((pattern) => (pattern.endsWith('*') ? uri.startsWith(pattern.slice(0, -1)) : uri === pattern))
}
