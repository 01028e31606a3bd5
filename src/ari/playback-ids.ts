import type { ChannelId, PlaybackId } from '../domain/ids.ts'

/** Playbacks of a channel are numbered round; so many are told apart when Asterisk's word on one of them is late. */
const PLAYBACKS = 4

/** All ids that playbacks of that channel can have. */
export function playbackIdsOf(id: ChannelId): readonly PlaybackId[] {
  return Array.from({ length: PLAYBACKS }, (_, n) => playbackIdOf(id, n))
}

/** Of the playback of that number, from 0 on. */
export function playbackIdOf(id: ChannelId, number: number): PlaybackId {
  return `${id}-${number % PLAYBACKS}` as PlaybackId
}
