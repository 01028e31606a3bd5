/** Whether a URL lies under one of the prefixes: same scheme, host and port, and the same path up to a `/`. */
export function isAllowed(url: string, prefixes: readonly URL[]): boolean {
  if (!URL.canParse(url)) return false
  // Parsed, so that `..`, capitals, default ports and `user@host` cannot make one host look like another.
  const { protocol, origin, pathname, username, password } = new URL(url)
  if (!/^https?:$/.test(protocol) || username !== '' || password !== '') return false
  return prefixes.some((prefix) => {
    const path = prefix.pathname.replace(/\/$/, '')
    return origin === prefix.origin && (pathname === path || pathname.startsWith(`${path}/`))
  })
}

/** The prefixes as they are now; parsed once as long as they stay the same. */
export function livePrefixes(allowed: () => readonly string[]): () => readonly URL[] {
  let texts: readonly string[] | undefined
  let prefixes: readonly URL[] = []
  return () => {
    const now = allowed()
    if (now !== texts) prefixes = now.map((prefix) => new URL(prefix))
    texts = now
    return prefixes
  }
}
