/** Tokens of people who sign in; the same one for the same person, as signing in is slow on purpose and limited. */
export class Tokens {
  readonly #url: string
  readonly #password: string
  readonly #known = new Map<string, string>()

  constructor(url: string, password: string) {
    this.#url = url
    this.#password = password
  }

  async of(username: string): Promise<string> {
    const known = this.#known.get(username)
    if (known !== undefined) return known
    const response = await fetch(`${this.#url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password: this.#password })
    })
    const { token } = (await response.json()) as { token: string }
    this.#known.set(username, token)
    return token
  }
}
