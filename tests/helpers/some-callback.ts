import type { Callback } from '../../src/domain/callback.ts'
import type { CallbackId, ContactId } from '../../src/domain/ids.ts'

/** A callback that waits, with what a test says of it. */
export function someCallback(given: Partial<Callback> = {}): Callback {
  return {
    id: 'callback-1' as CallbackId,
    contactId: 'contact-1' as ContactId,
    number: '13800000001',
    queue: 'service',
    priority: 'normal',
    skills: {},
    enqueuedAt: 1000,
    dueAt: 1000,
    expiresAt: 100_000,
    language: 'en',
    data: { path: [], collected: {}, waited: { totalMs: 0, queues: ['service'] }, language: 'en', priority: 'normal' },
    dialed: '95588',
    bookedAt: 1000,
    bookedBy: 'flow',
    state: 'waiting',
    attempts: [],
    revision: 1,
    ...given
  }
}
