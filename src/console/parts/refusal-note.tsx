import { refusal } from '../order.ts'

/** Why the last order was not carried out. */
export function RefusalNote() {
  return (
    <div class="refusal" role="alert">
      {refusal.value !== undefined && (
        <button type="button" onClick={() => (refusal.value = undefined)}>
          {refusal.value} <span aria-hidden="true">×</span>
        </button>
      )}
    </div>
  )
}
