/** The CTI protocol in types and schemas. Free of Node, so that the console and other clients share it. */
export * from './messages/attached-data.ts'
export * from './messages/call-events.ts'
export * from './messages/events.ts'
export * from './messages/framed-methods.ts'
export * from './messages/frames.ts'
export * from './messages/framing.ts'
export * from './messages/requests.ts'
export * from './messages/views.ts'
