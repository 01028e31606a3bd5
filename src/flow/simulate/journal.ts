import type { RecordCallOrder } from '../../domain/caller.ts'
import type { Customer } from '../../domain/customer.ts'
import type { PriorityName } from '../../domain/queue.ts'
import type { PathEntry } from '../../domain/screen-pop.ts'
import type { FlowTrace } from '../flow-world.ts'

/** A piece of a simulated call, as it happens. `atMs` counts from its beginning. */
export type Happening =
  | { readonly kind: 'flow'; readonly atMs: number; readonly flow: string }
  | { readonly kind: 'said'; readonly atMs: number; readonly text: string; readonly whole: boolean }
  | { readonly kind: 'keys'; readonly atMs: number; readonly keys: string }
  | { readonly kind: 'shortcut'; readonly atMs: number; readonly name: string }
  | { readonly kind: 'customer'; readonly atMs: number; readonly customer: Customer }
  | { readonly kind: 'tags'; readonly atMs: number; readonly tags: readonly string[] }
  | { readonly kind: 'language'; readonly atMs: number; readonly language: string }
  | { readonly kind: 'request'; readonly atMs: number; readonly method: string; readonly url: string }
  | {
      readonly kind: 'queue'
      readonly atMs: number
      readonly queue: string
      readonly priority: PriorityName
      /** Whom the caller should get. */
      readonly agent?: string
    }
  | { readonly kind: 'transfer'; readonly atMs: number; readonly to: string }
  | { readonly kind: 'route'; readonly atMs: number; readonly app: string }
  | { readonly kind: 'recorded'; readonly atMs: number; readonly queue: string; readonly seconds: number; readonly kept: boolean }
  | { readonly kind: 'recording'; readonly atMs: number; readonly order: RecordCallOrder }
  | { readonly kind: 'callback'; readonly atMs: number; readonly queue: string; readonly number: string }
  | { readonly kind: 'step'; readonly atMs: number; readonly flow: string; readonly entry: PathEntry }

/** A happening before its time is known. */
export type Happened = Happening extends infer Each ? (Each extends Happening ? Omit<Each, 'atMs'> : never) : never

/** Writes down what happens in a simulated call, in order. */
export class Journal implements FlowTrace {
  readonly happenings: Happening[] = []
  attached: Readonly<Record<string, unknown>> = {}
  readonly #elapsedMs: () => number
  readonly #listener: (happening: Happening) => void
  readonly asking: () => void

  constructor(elapsedMs: () => number, asking: () => void, listener: (happening: Happening) => void) {
    this.#elapsedMs = elapsedMs
    this.#listener = listener
    this.asking = asking
  }

  add(happened: Happened): void {
    const happening = { ...happened, atMs: this.#elapsedMs() } as Happening
    this.happenings.push(happening)
    this.#listener(happening)
  }

  flowStarted(flow: string): void {
    this.add({ kind: 'flow', flow })
  }

  stepLeft(entry: PathEntry, _tookMs: number, flow: string): void {
    this.add({ kind: 'step', entry, flow })
  }

  shortcutTaken(name: string): void {
    this.add({ kind: 'shortcut', name })
  }

  attach(values: Readonly<Record<string, unknown>>): void {
    this.attached = { ...this.attached, ...values }
  }

  /** In a simulated call the caller is not cut off but hangs up. */
  leftAt(): void {}

  identified(customer: Customer): void {
    this.add({ kind: 'customer', customer })
  }

  tagged(tags: readonly string[]): void {
    this.add({ kind: 'tags', tags })
  }

  languageChanged(language: string): void {
    this.add({ kind: 'language', language })
  }
}
