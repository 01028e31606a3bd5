/** One thing that is different for callers. */
export interface FlowChange {
  /**
   * - flow: its numbers, languages, start, where faults go.
   * - shortcut, step: one of these, by `name`.
   * - reach: somewhere callers can get to, such as `queue sales`, or a step that is still there.
   */
  readonly about: 'flow' | 'shortcut' | 'step' | 'reach'
  readonly name: string
  readonly change: 'added' | 'gone' | 'renamed' | 'changed'
  /** What of it has changed, in the words of flow files: `prompt (en)`, `exit 1`, `max_wait`. */
  readonly field?: string
  readonly before?: string
  readonly after?: string
}

/** What has changed of one flow; a flow that is new or gone has no list. */
export interface FlowDifference {
  readonly flow: string
  readonly change: 'added' | 'gone' | 'changed'
  readonly changes: readonly FlowChange[]
}
