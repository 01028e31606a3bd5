/** The types of the protocol in one place. Types only: nothing of the server comes along when a program uses the client. */
export type {
  AgentView,
  CallAction,
  CallView,
  Choices,
  Connection,
  CtiEvent,
  CtiEventOf,
  CtiEventType,
  ErrorData,
  EventNotification,
  Failure,
  Method,
  Monitor,
  ParamsOf,
  PhoneView,
  QueueView,
  Response,
  ResultOf,
  Snapshot,
  SupervisionView
} from '../cti/messages.ts'
