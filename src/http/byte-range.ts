/** A part of a file; both ends are in it. */
export interface ByteRange {
  readonly from: number
  readonly to: number
}

/**
 * The part that a `Range` header asks for (RFC 9110 §14). One that is malformed, of another unit or of several parts is to be ignored: the
 * whole file is meant. Undefined: the file has no such part.
 */
export function byteRange(header: string | undefined, size: number): ByteRange | 'whole' | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header?.replaceAll(' ', '') ?? '')
  const [, first = '', last = ''] = found ?? []
  if (found === null || (first === '' && last === '')) return 'whole'
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0 ? undefined : { from: size - length, to: size - 1 }
  }
  const from = Number(first)
  if (last !== '' && Number(last) < from) return 'whole'
  return from >= size ? undefined : { from, to: last === '' ? size - 1 : Math.min(Number(last), size - 1) }
}
