/** Where a step leads. Checked by the compiler: the step exists, and so does the flow. */
export type Target =
  | { readonly kind: 'step'; readonly step: string }
  /** Another flow, from its start, for good. */
  | { readonly kind: 'flow'; readonly flow: string }
