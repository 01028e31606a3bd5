/** First release with safe REST over WebSocket, ARI that respects `live_dangerously`, and StasisBroadcast. */
const NEEDED = [22, 10] as const

/** First release in which a REFER with `Refer-Sub: false` (RFC 4488) on a channel that we handle transfers of does not crash Asterisk (issue 2021). */
const SAFE_TRANSFERS = [22, 11] as const

/** Whether phones of that Asterisk can be let transfer by themselves. */
export function transfersAreSafe(version: string | undefined): boolean {
  const found = /^(?:GIT-)?(\d+)\.(\d+)/.exec(version ?? '')
  if (found === null) return false
  const [major, minor] = [Number(found[1]), Number(found[2])]
  return major > SAFE_TRANSFERS[0] || (major === SAFE_TRANSFERS[0] && minor >= SAFE_TRANSFERS[1])
}

/** Why this version of Asterisk will not do, for people; undefined when it will. */
export function versionProblem(version: string): string | undefined {
  const found = /^(?:GIT-)?(\d+)\.(\d+)/.exec(version)
  const needed = NEEDED.join('.')
  if (found === null) return `Asterisk calls itself ${version}; install Asterisk ${needed} or newer (asterisk/install.sh does)`
  const [major, minor] = [Number(found[1]), Number(found[2])]
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return undefined
  return `Asterisk ${major}.${minor} is too old; install Asterisk ${needed} or newer (asterisk/install.sh does)`
}
