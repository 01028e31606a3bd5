export interface Microphone {
  readonly stream: MediaStream
  /** Whether it hears anything. */
  readonly real: boolean
  close(): void
}

/** The microphone, or silence where there is none or it is not granted: one can still listen and press keys. */
export async function openMicrophone(): Promise<Microphone> {
  try {
    // Browsers hide `mediaDevices` from pages that did not come over a secure connection.
    const stream = await navigator.mediaDevices?.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } })
    if (stream !== undefined) return { stream, real: true, close: () => stopAll(stream) }
  } catch (error) {
    // Refused by the person, or no such device: both are everyday news.
    if (!(error instanceof DOMException)) throw error
  }
  const context = new AudioContext()
  const destination = context.createMediaStreamDestination()
  // A destination that nothing feeds sends no packets, and keys travel in the stream of packets.
  const silence = context.createConstantSource()
  silence.offset.value = 0
  silence.connect(destination)
  silence.start()
  return { stream: destination.stream, real: false, close: () => void context.close() }
}

function stopAll(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}
