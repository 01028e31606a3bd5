import type { CtiEventType } from '../../../src/cti/messages.ts'

/**
 * Which test file shows which events to a desk: in `tests/centre` on real calls; in `tests/cti` what needs a client that does not read,
 * or one with monitors. Each file looks at the end whether it was told all of its own; together they are all there are.
 */
export const shownBy = {
  'tests/centre/agents.test.ts': [
    'originated',
    'queued',
    'delivered',
    'established',
    'held',
    'retrieved',
    'diverted',
    'transferred',
    'failed',
    'connectionCleared',
    'callCleared',
    'callInformation',
    'missed',
    'rejected',
    'callerGone',
    'agentLoggedOn',
    'agentLoggedOff',
    'agentReady',
    'agentNotReady',
    'agentBusy',
    'agentWorkingAfterCall',
    'backInService',
    'outOfService',
    'queueChanged',
    'customerChanged',
    'routeRequest',
    'routeEnd'
  ],
  'tests/centre/floor.test.ts': [
    'networkReached',
    'digitsGenerated',
    'answeredElsewhere',
    'deflected',
    'supervisionChanged',
    'supervisionEnded'
  ],
  'tests/centre/talks.test.ts': ['transferred', 'conferenced', 'held', 'retrieved'],
  'tests/centre/recordings.test.ts': ['recordingStarted', 'recordingPaused', 'recordingResumed', 'recordingStopped'],
  'tests/centre/callback.test.ts': ['callbackBooked', 'callbackChanged', 'callbackEnded'],
  'tests/centre/voicemail.test.ts': ['voicemailLeft', 'voicemailChanged'],
  'tests/centre/flows-live.test.ts': ['flowReloaded'],
  'tests/centre/console.test.ts': ['answerRequested'],
  'tests/cti/sessions.test.ts': ['session.viewChanged'],
  'tests/cti/socket.test.ts': ['session.health', 'session.overrun', 'monitorEnded']
} as const satisfies Readonly<Record<string, readonly CtiEventType[]>>
