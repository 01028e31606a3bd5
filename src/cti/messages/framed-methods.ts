/** What a page that shows the desk in a frame may ask it for: requests of this protocol, about the agent who is signed in there. */
export const framedMethods = [
  'setAgentState',
  'getAgentState',
  'makeCall',
  'answerCall',
  'clearConnection',
  'clearCall',
  'holdCall',
  'retrieveCall',
  'generateDigits',
  'associateData',
  'contact.wrapUp'
] as const
