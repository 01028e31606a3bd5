import { signal } from '@preact/signals'
import type { State } from '../client/public.ts'

/** What is going on, as the server told it. The page shows this and never guesses. */
export type Board = State

export const board = signal<Board | undefined>(undefined)
