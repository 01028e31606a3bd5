import { say } from '../../../domain/saying.ts'
import type { Flow, Shortcut } from '../../flow.ts'
import type { Step } from '../../step.ts'
import type { Report } from '../findings/report.ts'
import type { ShortcutSource } from '../schema/flow-schema.ts'
import { buildPrompt } from './build-prompt.ts'
import { buildTarget } from './build-target.ts'
import type { Draft } from './draft.ts'

/** Compiles the fast paths. */
export function buildShortcuts(sources: readonly ShortcutSource[], draft: Draft): readonly Shortcut[] {
  for (const [index, source] of sources.entries()) {
    checkKeys(source, index, sources, draft.report)
    checkLeading(source, index, sources, draft.report)
  }
  return sources.map((source, index) => {
    const path = ['shortcuts', index]
    const { name, when, keys, priority, offer, accept = '1', go } = source
    return {
      name,
      ...(when !== undefined && { when: draft.expressions.condition(String(when), { path: [...path, 'when'], from: 0 }) }),
      ...(keys !== undefined && { keys }),
      ...(offer !== undefined && { offer: { prompt: buildPrompt(offer, [...path, 'offer'], draft), accept } }),
      ...(go !== undefined && { go: buildTarget(go, [...path, 'go'], draft) }),
      ...(priority !== undefined && { priority }),
      urgent: source.urgent ?? (offer === undefined && go !== undefined)
    }
  })
}

function checkLeading(source: ShortcutSource, index: number, all: readonly ShortcutSource[], report: Report): void {
  const { when, keys, offer, accept, go, resume } = source
  const path = ['shortcuts', index]
  if ((go === undefined) === (resume === undefined)) {
    report.error(
      'FLOW0007',
      { path },
      say`a shortcut needs either go or resume`,
      say`resume: true leads to where the caller was cut off`
    )
  }
  for (const [field, value] of Object.entries({ offer, resume })) {
    if (value === undefined || (when !== undefined && keys === undefined)) continue
    const hint = say`when: call.interrupted != null; keys go into a shortcut of their own`
    report.error(
      'FLOW0007',
      { path: [...path, field], key: true },
      say`"${field}" is for shortcuts with when, and without keys`,
      hint
    )
  }
  if (accept !== undefined && offer === undefined) {
    report.error('FLOW0003', { path: [...path, 'accept'], key: true }, say`there is no offer to accept`)
  }
  const urgent = when !== undefined && offer === undefined && (source.urgent ?? resume === undefined)
  const before = all.slice(0, index).find((other) => other.offer !== undefined)
  if (!urgent || before === undefined) return
  const message = say`callers of the shortcut "${source.name}" may hear the offer of "${before.name}" first`
  report.warning('FLOW0025', { path: [...path, 'name'] }, message, say`put it above the offer, or say urgent: false`)
}

function checkKeys({ name, when, keys }: ShortcutSource, index: number, all: readonly ShortcutSource[], report: Report): void {
  if (all.findIndex((other) => other.name === name) !== index) {
    report.error('FLOW0009', { path: ['shortcuts', index, 'name'] }, say`there are two shortcuts "${name}"`)
  }
  if (keys === undefined) {
    if (when === undefined) report.error('FLOW0007', { path: ['shortcuts', index] }, say`a shortcut needs when or keys`)
    return
  }
  const place = { path: ['shortcuts', index, 'keys'] }
  if (!/^[*#][0-9*#A-D]+$|^\*$/.test(keys)) {
    const hint = say`such as "*9": digits alone would be taken out of card numbers, and # alone ends the input of digits`
    report.error('FLOW0026', place, say`keys of a shortcut begin with * or #`, hint)
    return
  }
  const shorter = all.find(
    (other, at) => at !== index && other.keys !== undefined && other.keys !== '' && keys.includes(other.keys)
  )
  if (shorter !== undefined && (shorter.keys !== keys || all.indexOf(shorter) < index)) {
    report.error('FLOW0026', place, say`"${keys}" can never be pressed: "${shorter.keys ?? ''}" of "${shorter.name}" is in it`)
  }
}

/** A choice that holds the keys of a shortcut is never heard by its menu. */
export function checkChoices(flow: Pick<Flow, 'shortcuts'>, steps: Iterable<Step>, report: Report): void {
  for (const step of steps) {
    if (step.kind !== 'menu') continue
    for (const choice of step.choices.keys()) {
      const shortcut = flow.shortcuts.find(({ keys }) => keys !== undefined && choice.includes(keys))
      if (shortcut === undefined) continue
      const place = { path: ['steps', step.name, 'menu', 'choices', choice], key: true }
      report.error(
        'FLOW0027',
        place,
        say`"${choice}" is never a choice: the shortcut "${shortcut.name}" takes ${shortcut.keys ?? ''}`
      )
    }
  }
}
