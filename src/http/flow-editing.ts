import type { Finding } from '../flow/compile/findings/finding.ts'

/** What came of putting a flow live. `wrong` changes nothing. */
export type PutFlowResult =
  | { readonly kind: 'live'; readonly version: string; readonly findings: readonly Finding[] }
  | { readonly kind: 'wrong'; readonly findings: readonly Finding[] }
  /** The source, or the file it would be written to, is of another flow. */
  | { readonly kind: 'other-name'; readonly name: string }
  /** The folder of flows cannot be written. */
  | { readonly kind: 'not-written'; readonly file: string }

/** The live flows as the API shows and changes them. */
export interface FlowEditing {
  /** Since when the live version has been live. */
  since(name: string): number | undefined
  /** What the compiler has to say of the files as they are now; a file with an error is not live as it reads. */
  findings(): readonly Finding[]
  /** Checks the source; when it is right it is written into the folder of flows and goes live. */
  put(name: string, source: string, by: string): Promise<PutFlowResult>
}
