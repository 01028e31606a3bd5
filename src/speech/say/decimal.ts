import { AppError } from '../../domain/errors.ts'

/** The largest quantity spoken as such; beyond it the digits are read one by one. */
const QUANTITY_MAX = 1_000_000_000_000

export interface Decimal {
  readonly negative: boolean
  readonly whole: number
  /** Exactly two digits. */
  readonly cents: string
  /** Too large for a quantity: read `digits`. */
  readonly tooLarge: boolean
  readonly digits: string
}

/** A number rounded to two decimals and taken apart. What rounds to zero has no sign. */
export function takeApart(value: number): Decimal {
  if (!Number.isFinite(value)) throw new AppError('SPEECH_NOT_A_NUMBER', 'flow', 'Only finite numbers can be spoken')
  // BigInt prints what toFixed would write as 1e+21.
  const text = Math.abs(value) >= 1e21 ? `${BigInt(Math.abs(value))}.00` : Math.abs(value).toFixed(2)
  const [digits = '0', cents = '00'] = text.split('.')
  const whole = Number(digits)
  return {
    negative: value < 0 && (whole > 0 || cents !== '00'),
    whole,
    cents,
    tooLarge: whole > QUANTITY_MAX,
    digits
  }
}

/** Decimals as they are spoken: `50` → `5`, `00` → nothing. */
export function spokenDecimals(cents: string): string {
  return cents.replace(/0+$/, '')
}
