import { agentList } from './commands/agent-list.ts'
import { alternateCall } from './commands/alternate-call.ts'
import { answerCall } from './commands/answer-call.ts'
import { associateData } from './commands/associate-data.ts'
import { callbackBook } from './commands/callback-book.ts'
import { callbackCancel } from './commands/callback-cancel.ts'
import { callbackList } from './commands/callback-list.ts'
import { clearCall } from './commands/clear-call.ts'
import { clearConnection } from './commands/clear-connection.ts'
import type { Command, CommandDesk, CommandResult } from './commands/command.ts'
import { conferenceCall } from './commands/conference-call.ts'
import { consultationCall } from './commands/consultation-call.ts'
import { contactExtendWrapUp } from './commands/contact-extend-wrap-up.ts'
import { contactHistory } from './commands/contact-history.ts'
import { contactWrapUp } from './commands/contact-wrap-up.ts'
import { customerFind } from './commands/customer-find.ts'
import { customerGet } from './commands/customer-get.ts'
import { customerMerge, customerUnmerge } from './commands/customer-merge.ts'
import { customerUpdate } from './commands/customer-update.ts'
import { deflectCall } from './commands/deflect-call.ts'
import { generateDigits } from './commands/generate-digits.ts'
import { getAgentState } from './commands/get-agent-state.ts'
import { holdCall } from './commands/hold-call.ts'
import { makeCall } from './commands/make-call.ts'
import { pauseRecording } from './commands/pause-recording.ts'
import { pickupCall } from './commands/pickup-call.ts'
import { promiseList } from './commands/promise-list.ts'
import { promiseUpdate } from './commands/promise-update.ts'
import { queueCallers } from './commands/queue-callers.ts'
import { queueList } from './commands/queue-list.ts'
import { queueWithdraw } from './commands/queue-withdraw.ts'
import { reconnectCall } from './commands/reconnect-call.ts'
import { resumeRecording } from './commands/resume-recording.ts'
import { retrieveCall } from './commands/retrieve-call.ts'
import { routeEnd } from './commands/route-end.ts'
import { routeRegister } from './commands/route-register.ts'
import { routeRegisterCancel } from './commands/route-register-cancel.ts'
import { routeSelect } from './commands/route-select.ts'
import { setAgentState } from './commands/set-agent-state.ts'
import { singleStepConferenceCall } from './commands/single-step-conference-call.ts'
import { singleStepTransferCall } from './commands/single-step-transfer-call.ts'
import { snapshotCall } from './commands/snapshot-call.ts'
import { snapshotDevice } from './commands/snapshot-device.ts'
import { snapshotQueue } from './commands/snapshot-queue.ts'
import { startRecording } from './commands/start-recording.ts'
import { stopRecording } from './commands/stop-recording.ts'
import { suggestionList } from './commands/suggestion-list.ts'
import { transferCall } from './commands/transfer-call.ts'
import type { Method, ParamsOf, ResultOf } from './messages.ts'

/** Requests about the session itself; the connection answers them. */
export type SessionMethod =
  | 'session.open'
  | 'session.renew'
  | 'session.close'
  | 'session.ping'
  | 'monitorStart'
  | 'monitorStop'
  | 'changeMonitorFilter'
export type CommandMethod = Exclude<Method, SessionMethod>

const commands: { readonly [Name in CommandMethod]: Command<Name> } = {
  setAgentState,
  getAgentState,
  answerCall,
  clearConnection,
  clearCall,
  holdCall,
  retrieveCall,
  singleStepTransferCall,
  makeCall,
  singleStepConferenceCall,
  deflectCall,
  generateDigits,
  startRecording,
  pauseRecording,
  resumeRecording,
  stopRecording,
  pickupCall,
  consultationCall,
  alternateCall,
  reconnectCall,
  transferCall,
  conferenceCall,
  associateData,
  'suggestion.list': suggestionList,
  'contact.wrapUp': contactWrapUp,
  'contact.extendWrapUp': contactExtendWrapUp,
  'contact.history': contactHistory,
  'customer.get': customerGet,
  'customer.find': customerFind,
  'customer.update': customerUpdate,
  'customer.merge': customerMerge,
  'customer.unmerge': customerUnmerge,
  'promise.list': promiseList,
  'promise.update': promiseUpdate,
  'callback.book': callbackBook,
  'callback.cancel': callbackCancel,
  'callback.list': callbackList,
  routeRegister,
  routeRegisterCancel,
  routeSelect,
  routeEnd,
  snapshotCall,
  snapshotDevice,
  snapshotQueue,
  'queue.list': queueList,
  'queue.callers': queueCallers,
  'queue.withdraw': queueWithdraw,
  'agent.list': agentList
}

/** Carries a request out whose parameters have been checked. */
export async function runCommand<Name extends CommandMethod>(
  method: Name,
  params: ParamsOf<Name>,
  desk: CommandDesk
): Promise<CommandResult<ResultOf<Name>>> {
  return commands[method](params, desk)
}

/** Whether the word names a request that is not about the session itself. */
export function isCommand(method: string): method is CommandMethod {
  return Object.hasOwn(commands, method)
}
