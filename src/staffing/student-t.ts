/**
 * Probability that a Student t variable lies between -t and t, for whole degrees of freedom: the finite series of
 * Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
 */
export function studentWithin(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees))
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)]
  const isOdd = degrees % 2 === 1
  let term = isOdd ? cos : 1
  let sum = isOdd && degrees === 1 ? 0 : term
  for (let k = isOdd ? 3 : 2; k <= degrees - 2; k += 2) {
    term *= (cos * cos * (k - 1)) / k
    sum += term
  }
  return isOdd ? (2 / Math.PI) * (angle + sin * sum) : sin * sum
}

/** The t between whose negative and itself a Student variable lies with this probability. */
export function studentQuantile(within: number, degrees: number): number {
  let high = 1
  while (studentWithin(high, degrees) < within) high *= 2
  let low = 0
  // 2⁻⁶⁰ of the first bracket: no digit of a double is left to win.
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (studentWithin(middle, degrees) < within) low = middle
    else high = middle
  }
  return high
}
