import type { DeskProblem, DeskResult } from '../../domain/ports/desk.ts'

/** What a desk is answered: it was done, or why not. */
export const done: DeskResult = { ok: true, value: undefined }
export const refuse = (code: DeskProblem): { readonly ok: false; readonly code: DeskProblem } => ({ ok: false, code })
