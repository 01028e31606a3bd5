/**
 * What somebody outside says of themselves, as one line: a control character would be an end of line to a phone, a terminal or a spreadsheet
 * that takes it for one. Asterisk passes a bare carriage return on inside of a quoted name.
 */
export function shownText(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
}
