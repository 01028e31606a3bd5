import { listed, type Saying, say } from '../../../domain/saying.ts'

/** For an address that the configuration does not allow. */
export function allowedHint(allowed: readonly string[]): Saying {
  return allowed.length === 0
    ? say`allowed: nothing; see the configuration`
    : say`allowed: ${listed(allowed)}; see the configuration`
}
