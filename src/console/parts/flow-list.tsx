import type { CallView } from '../../cti/messages.ts'
import { callerName } from '../board-views.ts'
import { say } from '../words.ts'
import { CallerCell } from './caller-cell.tsx'
import { Elapsed } from './elapsed.tsx'

/** Calls that a flow serves now. */
export function FlowList({ calls }: { readonly calls: readonly CallView[] }) {
  return (
    <section class="card" aria-labelledby="flow-title">
      <h2 id="flow-title">{say('inFlow')}</h2>
      {calls.length === 0 ? (
        <p class="quiet">{say('nobodyInFlow')}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th>{say('caller')}</th>
              <th>{say('flow')}</th>
              <th>{say('number')}</th>
              <th class="number">{say('since')}</th>
            </tr>
          </thead>
          <tbody>
            {calls.map((call) => (
              <tr key={call.callId}>
                <CallerCell name={callerName(call)} number={call.callingDevice} segment={call.customer?.segment} />
                <td>{call.flow ?? '–'}</td>
                <td>{call.calledDevice}</td>
                <td class="number">
                  <Elapsed since={call.startedAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
