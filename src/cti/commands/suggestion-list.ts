import { suggestionsFor } from '../../domain/suggestion.ts'
import { type Command, findCall } from './command.ts'

/** What the centre suggests for a call that the client sees, by the rules and with the data of this moment; nothing before it has data. */
export const suggestionList: Command<'suggestion.list'> = ({ callId }, desk) => {
  const call = findCall(desk, callId)
  if (call === undefined) return { ok: false, code: 'CALL_UNKNOWN' }
  const { data } = call.view
  const suggestions = data === undefined ? undefined : suggestionsFor(desk.centre.suggestions ?? [], data)
  return { ok: true, value: { suggestions: suggestions ?? [] } }
}
