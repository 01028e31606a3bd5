import type { AgentStatus } from '../../src/domain/agent.ts'

export interface ServerQuestion {
  readonly id: number
  readonly setClockBy?: number
}

/** What a server tells of itself at one moment, after collecting its garbage. */
export interface ServerFigures {
  readonly calls: number
  readonly waiting: number
  readonly offers: number
  /** Callers who wait although a free agent fits. */
  readonly stuck: number
  readonly callbacks: number
  readonly agents: readonly AgentStatus[]
  readonly connected: boolean
  /** Bytes. */
  readonly rss: number
  readonly heapUsed: number
  /** Open file descriptors. */
  readonly files: number
  /** Timers, sockets and requests that keep the process alive. */
  readonly resources: number
  /** By how much the event loop was late since the last question. */
  readonly delayMs: { readonly p99: number; readonly max: number }
}
