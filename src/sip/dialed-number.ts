/** User part as RFC 3261 §19.1.1 and RFC 3966 allow it: digits and keys of a telephone, a plus in front at most. */
const NUMBER = /^\+?[0-9][0-9*#]{0,31}$/

/**
 * The number in a request URI: without parameters, password, visual separators and escapes. Undefined when it is no number.
 * What passes is safe to put into a URI and into a message to drachtio, whose fields end at `|`.
 */
export function dialedNumber(uri: string): string | undefined {
  const user = /^sips?:([^@]*)@/i.exec(uri)?.[1] ?? /^tel:([^?]*)/i.exec(uri)?.[1]
  const bare = user
    ?.replace(/[;:].*$/s, '')
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  const number = bare?.replace(/[-.()]/g, '')
  return number !== undefined && NUMBER.test(number) ? number : undefined
}
