import { skillsNamed } from '../domain/skill-need.ts'
import type { CentreFile } from './centre-schema.ts'
import type { StaffingFile } from './staffing-schema.ts'

type Wrong = (path: (string | number)[], message: string) => void

/** What a schema cannot say of a what-if: that each name used is there, and that its times go together. */
export function checkStaffing(file: StaffingFile, centre: CentreFile, wrong: Wrong): void {
  for (const [group, { queues }] of Object.entries(file.groups ?? {})) {
    queues.forEach((queue, at) => {
      if (!Object.hasOwn(centre.queues, queue)) wrong(['groups', group, 'queues', at], `unknown queue "${queue}"`)
    })
  }
  for (const [kind, { queue, skills }] of Object.entries(file.calls)) {
    const name = queue ?? kind
    if (!Object.hasOwn(centre.queues, name))
      wrong(queue === undefined ? ['calls', kind] : ['calls', kind, 'queue'], `unknown queue "${name}"`)
    for (const { skill, path } of skillsNamed(skills)) {
      if (!centre.skills.includes(skill)) wrong(['calls', kind, 'skills', ...path], `unknown skill "${skill}"`)
    }
  }
  if (Object.keys(file.calls).length === 0) wrong(['calls'], 'expected at least one kind of calls')
  if (file.groups === undefined && file.centre === undefined)
    wrong(['groups'], 'expected groups of agents, or a centre that has some')
  checkDay(file, wrong)
}

function checkDay(file: StaffingFile, wrong: Wrong): void {
  const profiles = Object.entries(file.calls).flatMap(([kind, { per_interval: counts }]) =>
    counts === undefined ? [] : [{ kind, counts }]
  )
  const [first] = profiles
  if (first === undefined) {
    if (file.interval !== undefined) wrong(['interval'], 'no calls come per_interval')
    return
  }
  if (file.interval === undefined) wrong(['calls', first.kind, 'per_interval'], 'expected an interval that they are counted in')
  for (const { kind, counts } of profiles) {
    if (counts.length !== first.counts.length) {
      wrong(
        ['calls', kind, 'per_interval'],
        `expected ${first.counts.length} intervals as ${first.kind} has, found ${counts.length}`
      )
    }
  }
  for (const key of ['length', 'warm_up'] as const) {
    if (file[key] !== undefined) wrong([key], 'a day of per_interval is counted whole')
  }
}
