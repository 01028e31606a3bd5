import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import type { Centre } from '../domain/centre.ts'
import { toCentre } from './build-centre.ts'
import { type CentreFile, centreSchema } from './centre-schema.ts'
import { checkCentre, checkTriedCentre } from './check-centre.ts'
import { checkStaffing } from './check-staffing.ts'
import { readVariables, type Variables } from './environment.ts'
import { fillReferences } from './fill-references.ts'
import { readYaml } from './read-yaml.ts'
import { type StaffingFile, staffingSchema } from './staffing-schema.ts'

/** A what-if, and the centre with what is different in it. */
export interface Staffing {
  readonly file: StaffingFile
  readonly centre: Pick<Centre, 'queues' | 'agents' | 'order'>
}

type RawCentre = Readonly<Record<string, unknown>>

/** Reads a what-if and the centre it names. Throws an AppError whose `details.problems` say what is wrong and where. */
export function readStaffing(path: string, variables: Variables = readVariables()): Staffing {
  const as = (raw: unknown) => raw
  const { centre: name } = readYaml(path, z.looseObject({ centre: z.string().optional() }), as)
  const raw = name === undefined ? { teams: {}, agents: [], queues: {} } : readCentre(resolve(dirname(path), name), variables)
  const schema = staffingSchema.transform((file, context): Staffing => {
    const wrong = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message })
    const merged = centreSchema.superRefine(checkTriedCentre).safeParse(merge(raw, file))
    for (const issue of merged.error?.issues ?? []) {
      const keys = issue.code === 'unrecognized_keys' ? issue.keys : undefined
      if (keys === undefined) wrong([...issue.path], issue.message)
      for (const key of keys ?? []) wrong([...issue.path, key], 'unknown key')
    }
    if (merged.data === undefined) return z.NEVER
    checkStaffing(file, merged.data, wrong)
    return { file, centre: toCentre(merged.data) }
  })
  return readYaml(path, schema, as)
}

/** The file as it is written, once it is known to be sound. */
function readCentre(path: string, variables: Variables): RawCentre {
  let raw: unknown
  readYaml(path, centreSchema.superRefine(checkCentre), (read) => {
    raw = fillReferences(read, variables)
    return raw
  })
  return raw as RawCentre
}

/** The centre's file with the queues and the order of the what-if in it. A queue of its own needs no title, and skills that a group has need no declaring. */
function merge(raw: RawCentre, { queues, order, groups = {} }: StaffingFile): unknown {
  const ofCentre = raw.queues as CentreFile['queues']
  const changed = Object.entries(queues).map(([name, queue]) => [name, { title: name, ...ofCentre[name], ...queue }])
  const known = Object.values(groups).flatMap(({ skills }) => Object.keys(skills))
  return {
    ...raw,
    skills: [...new Set([...((raw.skills as string[] | undefined) ?? []), ...known])],
    queues: { ...ofCentre, ...Object.fromEntries(changed) },
    ...(order !== undefined && { order })
  }
}
