/** Silence between keys that we send. */
export const digitGapMs = 100
