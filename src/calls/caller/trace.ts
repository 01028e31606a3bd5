import type { Log } from '../../domain/log.ts'
import type { Flow } from '../../flow/flow.ts'
import type { FlowTrace } from '../../flow/flow-world.ts'
import type { LiveCall } from '../call/live-call.ts'

/** Writes down a walk through flows: into the call's story, for the agent, and as facts, for the records. */
export function traceOf(call: LiveCall, first: Flow, { log }: { readonly log: Log }): FlowTrace {
  let current = first.name
  return {
    flowStarted(name, version, runBy) {
      current = name
      call.publish({ type: 'flow.started', flow: name, version, ...(runBy !== undefined && { runBy }) })
    },
    stepLeft(entry, tookMs, flow) {
      call.story.stepLeft(entry)
      call.publish({ type: 'step.left', flow, entry, tookMs })
    },
    shortcutTaken(shortcut, priority) {
      call.story.fastPath = shortcut
      if (priority !== undefined) call.story.priority = priority
      call.publish({ type: 'shortcut.taken', flow: current, shortcut })
    },
    attach({ open_cases: openCases, ...named }) {
      const values = openCases === undefined ? named : { ...named, openCases }
      if (!call.story.attach(values)) {
        log.warn(
          { callId: call.callId, flow: current },
          'A flow attached more data than a call may have; the call goes on without it'
        )
        return
      }
      call.publish({ type: 'call.data-changed', data: call.attachedData(), by: 'flow' })
    },
    steppedOn(where) {
      call.position = where
      call.keep()
    },
    leftAt(position) {
      call.leftAt = position
    },
    identified(customer) {
      call.story.customer = customer
      call.publish({ type: 'call.identified', customer })
    },
    tagged(tags) {
      call.story.tags = tags
      call.publish({ type: 'call.tagged', tags })
    },
    announced(announced) {
      call.publish({ type: 'call.announced', ...announced })
      if (announced.problem !== undefined)
        log.warn({ callId: call.callId, ...announced }, 'A waiting caller could not be told something')
    },
    languageChanged(language) {
      call.story.language = language
      call.story.languageKnown = true
      call.publish({ type: 'call.language-changed', language })
    }
  }
}
