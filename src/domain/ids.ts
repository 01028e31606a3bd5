declare const brand: unique symbol

/** A string that cannot be mixed up with another kind of id. */
type Branded<Name extends string> = string & { readonly [brand]: Name }

/** One conversation from its first event to its last. */
export type CallId = Branded<'CallId'>
/** What the customer would call "my enquiry": outlives transfers, so several calls and legs may share it. */
export type ContactId = Branded<'ContactId'>
/** Asterisk's id of a channel. Inbound ones are given by Asterisk, all others are chosen by us. */
export type ChannelId = Branded<'ChannelId'>
export type BridgeId = Branded<'BridgeId'>
export type PlaybackId = Branded<'PlaybackId'>
/** One recording, from before it begins until it is thrown away. */
export type RecordingId = Branded<'RecordingId'>
/** Login, SIP user and extension of an agent are the same string. */
export type AgentId = Branded<'AgentId'>
export type OfferId = Branded<'OfferId'>
export type CallbackId = Branded<'CallbackId'>
/** What an agent has told a customer that will happen. */
export type PromiseId = Branded<'PromiseId'>
export type CustomerId = Branded<'CustomerId'>
/** A CSTA device: an agent's extension, or the number of an outside party. */
export type DeviceId = Branded<'DeviceId'>
