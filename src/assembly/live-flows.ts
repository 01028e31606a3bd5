import { basename, join } from 'node:path'
import { replaceFile } from '../config/replace-file.ts'
import type { Centre } from '../domain/centre.ts'
import { AppError } from '../domain/errors.ts'
import type { Publish } from '../domain/event-bus.ts'
import type { Prompts } from '../domain/ports/prompts.ts'
import { type Changes, compileChanges } from '../flow/compile/compile-changes.ts'
import type { CompileContext, FlowSource } from '../flow/compile/compile-context.ts'
import { DraftCache } from '../flow/compile/draft-cache.ts'
import type { Finding } from '../flow/compile/findings/finding.ts'
import { FlowFiles, sameSources } from '../flow/compile/load-flows.ts'
import type { FlowLibrary } from '../flow/library.ts'
import type { FlowEditing, PutFlowResult } from '../http/flow-editing.ts'
import type { FlowVersion } from '../records/flow-versions.ts'
import { mendWithEarlier } from './earlier-flows.ts'
import { FlowRecord, type FlowRecordAround } from './flow-record.ts'
import { FolderWatch } from './folder-watch.ts'
import { PREPARE_LIMIT_MS, prepareRecorded, prepareWithin } from './prepare-flows.ts'
import { markRecordings, type RecordingMarks, sameMarks } from './recording-marks.ts'
import { errorsOf, keyOf, ToldFindings } from './told-findings.ts'

export interface LiveFlowsAround extends FlowRecordAround {
  readonly folder: string
  readonly library: FlowLibrary
  readonly centre: Centre
  readonly prompts: Prompts
  readonly publish: Publish
  /** The version of each flow that went live last, also before this process: it stands in for a file that is broken at start. */
  lastKept?(): Promise<readonly FlowVersion[]>
  /** How long new prompts may hold a change up. */
  readonly prepareLimitMs?: number
  /** Changes that come together are one. */
  readonly settleMs?: number
  /** How often to look without being told. */
  readonly rescanMs?: number
}

/** Whoever changed the files without the API. */
const BY_FILE = 'file'

/**
 * The folder of flows, live: what changes in it is compiled with all that uses it and swapped in at once. What is broken stays as it was, and is
 * told. One change at a time; calls in progress keep what they began with.
 */
export class LiveFlows implements FlowEditing {
  readonly #around: LiveFlowsAround
  readonly #record: FlowRecord
  readonly #drafts = new DraftCache()
  readonly #files: FlowFiles
  #sources: Changes['sources'] = new Map()
  #seen: readonly FlowSource[] | undefined
  #recordings: RecordingMarks = new Map()
  readonly #told: ToldFindings
  #centre: Centre
  #lacksEarlier = false
  #turn: Promise<unknown> = Promise.resolve()

  constructor(around: LiveFlowsAround) {
    this.#around = around
    this.#centre = around.centre
    this.#record = new FlowRecord(around)
    this.#told = new ToldFindings(around.log)
    this.#files = new FlowFiles(around.folder)
  }

  /** Compiles all for the first time; the prompts are left to whoever starts the server. Rejects when the folder cannot be read. */
  async load(): Promise<void> {
    const { folder, library, log } = this.#around
    await this.#inTurn(async () => {
      this.#seen = await this.#files.load()
      this.#recordings = await markRecordings(folder)
      const changes = await this.#compile(this.#seen)
      await this.#goLive(await this.#withEarlier(changes, this.#seen), BY_FILE, { first: true })
    })
    log.info({ flows: library.list().map(({ name, version, numbers }) => ({ name, version, numbers })) }, 'Flows are live')
  }

  /** Whether files with errors are not live because the database was away with their earlier versions. */
  get lacksEarlier(): boolean {
    return this.#lacksEarlier
  }

  /** Serves files with errors as they were when they were last live. Rejects while those versions cannot be read. */
  async standIn(): Promise<void> {
    await this.#inTurn(async () => {
      const sources = this.#seen ?? []
      const changes = await this.#compile(sources)
      const mended = await this.#mended(changes, sources)
      this.#lacksEarlier = false
      if (mended !== changes) await this.#goLive(mended, BY_FILE)
    })
  }

  /** Reloads whenever something changes, until closed. */
  watch(): { close(): Promise<void> } {
    const { folder, log, settleMs = 200, rescanMs = 3000 } = this.#around
    let settling: NodeJS.Timeout | undefined
    const watch = new FolderWatch(
      folder,
      () => {
        // Not begun anew by each event: a folder in which something changes all the time is reloaded as well.
        settling ??= setTimeout(() => {
          settling = undefined
          void this.reload({ anyway: true })
        }, settleMs)
      },
      log
    )
    // A folder that cannot be read is told by the reload beside it.
    const refresh = () => void watch.refresh().catch((err) => log.debug({ err, folder }, 'The folder of flows cannot be listed'))
    refresh()
    const rescan = setInterval(() => {
      refresh()
      void this.reload()
    }, rescanMs)
    return {
      close: async () => {
        watch.close()
        clearInterval(rescan)
        clearTimeout(settling)
        await this.#turn
      }
    }
  }

  /** Looks at the files again; `anyway`: also when they read as before, as recordings may have changed. Never rejects. */
  async reload({ anyway = false } = {}): Promise<void> {
    await this.#inTurn(async () => {
      await this.#keepAll()
      const sources = await this.#files.load()
      if (sources.length === 0 && this.#sources.size > 0) throw new Error('it holds no flow')
      const recordings = await markRecordings(this.#around.folder)
      this.#told.folderIsRead()
      if (!anyway && sameSources(sources, this.#seen) && sameMarks(recordings, this.#recordings)) return
      this.#seen = sources
      const before = this.#recordings
      this.#recordings = recordings
      await this.#goLive(await this.#compile(sources), BY_FILE)
      await prepareRecorded(before, recordings, this.#around)
    }).catch((err: unknown) => {
      this.#told.folderIsNotRead(this.#around.folder, err)
    })
  }

  /** Why the flows on disk are not the live ones, a line each. */
  problems(): readonly string[] {
    return this.#told.problems()
  }

  findings(): readonly Finding[] {
    return this.#told.findings
  }

  since(name: string): number | undefined {
    return this.#record.since(name)
  }

  put(name: string, source: string, by: string): Promise<PutFlowResult> {
    const { folder, library, log } = this.#around
    return this.#inTurn(async () => {
      const file = library.byName(name)?.file ?? join(folder, `${name}.yaml`)
      const owner = library.list().find((flow) => flow.file === file && flow.name !== name)
      if (owner !== undefined) return { kind: 'other-name', name: owner.name }
      const others = (await this.#files.load()).filter((other) => other.file !== file)
      const sources = [...others, { file, text: source }].sort((a, b) => (a.file < b.file ? -1 : 1))
      const changes = await this.#compile(sources)
      const flow = changes.flows.find((one) => one.file === file)
      if (flow === undefined || changes.sources.get(file) !== source) {
        const own = errorsOf(changes.findings).filter((finding) => finding.file === file)
        return { kind: 'wrong', findings: own.length > 0 ? own : errorsOf(changes.findings) }
      }
      if (flow.name !== name) return { kind: 'other-name', name: flow.name }

      try {
        await replaceFile(file, source)
      } catch (err) {
        log.error({ err, file }, 'A flow cannot be written')
        return { kind: 'not-written', file: basename(file) }
      }
      this.#seen = sources
      await this.#goLive(changes, by, { file })
      const warnings = changes.findings.filter((finding) => finding.file === file)
      return { kind: 'live', version: flow.version, findings: warnings }
    })
  }

  async #withEarlier(changes: Changes, sources: readonly FlowSource[]): Promise<Changes> {
    try {
      return await this.#mended(changes, sources)
    } catch (err) {
      // A start without some flows serves more callers than none.
      this.#around.log.error({ err }, 'Earlier versions of flows cannot be read; files with errors are not live')
      this.#lacksEarlier = err instanceof AppError && err.code === 'DATABASE_UNAVAILABLE'
      return changes
    }
  }

  async #mended(changes: Changes, sources: readonly FlowSource[]): Promise<Changes> {
    const { lastKept, log } = this.#around
    if (lastKept === undefined || errorsOf(changes.findings).length === 0) return changes
    return mendWithEarlier(sources, this.#context, { kept: await lastKept(), live: this.#sources, log })
  }

  /** Little by little, and only what is not known yet: calls are up meanwhile. */
  async #compile(sources: readonly FlowSource[]): Promise<Changes> {
    const context = this.#context
    await this.#drafts.prepare(sources, context)
    const changes = compileChanges(sources, this.#sources, context, this.#drafts.draft)
    const live = [...changes.sources].map(([file, text]) => ({ file, text }))
    this.#drafts.keepOnly([...sources, ...live])
    return changes
  }

  get #context(): CompileContext {
    const { prompts } = this.#around
    return { centre: this.#centre, hasAudio: (name, language) => prompts.hasAudio(name, language) }
  }

  /**
   * Another centre for all flows, from now on. What is live is compiled against it first: when that breaks a flow, the errors are the answer and
   * nothing changes. `swap` is called in the same breath as the flows are.
   */
  recentre(centre: Centre, swap: () => void): Promise<readonly Finding[]> {
    return this.#inTurn(async () => {
      const before = this.#centre
      const known = new Set(this.#errorsOfLive().map(keyOf))
      this.#centre = centre
      const broken = this.#errorsOfLive().filter((finding) => !known.has(keyOf(finding)))
      if (broken.length > 0) {
        this.#centre = before
        return broken
      }
      const changes = await this.#compile(this.#seen ?? [])
      swap()
      await this.#goLive(changes, BY_FILE)
      return []
    })
  }

  #errorsOfLive(): readonly Finding[] {
    const live = [...this.#sources].map(([file, text]) => ({ file, text }))
    return errorsOf(compileChanges(live, new Map(), this.#context, this.#drafts.draft).findings)
  }

  /** Swaps at once. `file` is the one that `by` changed; all others that are new were changed on disk. */
  async #goLive(changes: Changes, by: string, { file, first = false }: { file?: string; first?: boolean } = {}): Promise<void> {
    const { library, publish, clock, log, prepareLimitMs = PREPARE_LIMIT_MS } = this.#around
    // What lost something else than its text, such as a recording, stays as well: what is said then is better than nothing.
    const compiled = new Set(changes.flows.map((flow) => flow.file))
    const stay = library.list().filter((flow) => changes.sources.has(flow.file) && !compiled.has(flow.file))
    const flows = [...changes.flows, ...stay]
    const changed = flows.filter(({ name, version }) => library.byName(name)?.version !== version)
    const names = new Set(flows.map(({ name }) => name))
    const gone = library.list().filter(({ name }) => !names.has(name))
    if (!first && changed.length > 0) await prepareWithin(prepareLimitMs, changed, { ...this.#around, centre: this.#centre })

    library.replaceAll(flows)
    this.#sources = changes.sources
    this.#told.report(changes.findings)
    for (const flow of changed) {
      const changedBy = file === undefined || flow.file === file ? by : BY_FILE
      this.#record.note(flow, changes.sources.get(flow.file) ?? '', changedBy)
    }
    for (const { name } of gone) this.#record.forget(name)
    if (!first) {
      for (const { name, version } of changed) publish({ type: 'flow.reloaded', flow: name, version })
      for (const { name, version } of changed) log.info({ flow: name, version, at: clock.now() }, 'A flow is live')
      for (const { name } of gone) log.info({ flow: name }, 'A flow is no longer live')
    }
    await this.#keepAll()
  }

  async #keepAll(): Promise<void> {
    const { library } = this.#around
    await this.#record.keepAll(({ name, version }) => library.byName(name)?.version === version)
  }

  #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const mine = this.#turn.then(work)
    // Whoever asked for the work is told of its fault; the next in turn does not mind.
    this.#turn = mine.catch(() => {})
    return mine
  }
}
