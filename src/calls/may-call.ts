/** Whether a SIP address may be called: it equals an allowed one, or begins with what stands before an allowed one's trailing `*`. */
export function mayCall(uri: string, allowed: readonly string[]): boolean {
  return allowed.some((pattern) => (pattern.endsWith('*') ? uri.startsWith(pattern.slice(0, -1)) : uri === pattern))
}
