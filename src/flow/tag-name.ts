/** Whether something is the name of a tag: letters and digits of any script, with - _ . : and / between them, up to 60. */
export function isTag(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 60 && /^[\p{L}\p{N}][\p{L}\p{N}\p{M}_.:/-]*$/u.test(value)
}
