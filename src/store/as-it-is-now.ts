/** Gives for ever what it gives now, as JSON tells it, or fails as it does now. */
export function asItIsNow<Kept>(read: () => Kept): () => Kept {
  try {
    const text = JSON.stringify(read())
    return () => JSON.parse(text) as Kept
  } catch (error) {
    return () => {
      throw error
    }
  }
}
