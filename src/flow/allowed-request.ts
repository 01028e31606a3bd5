/** Whether a URL lies below one of the allowed ones. Compared by parts: `http://bank` does not allow `http://bank.example.org`. */
export function isAllowedRequest(url: string, allowed: readonly string[]): boolean {
  if (!URL.canParse(url)) return false
  const { origin, pathname } = new URL(url)
  return allowed.some((prefix) => {
    if (!URL.canParse(prefix)) return false
    const base = new URL(prefix)
    const path = base.pathname.replace(/\/$/, '')
    return base.origin === origin && (pathname === path || pathname.startsWith(`${path}/`))
  })
}
