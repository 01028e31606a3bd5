import { useEffect } from 'preact/hooks'
import { refusal } from '../order.ts'

const SHOWN_MS = 8000

/** Why the last order was not carried out. */
export function RefusalNote() {
  const text = refusal.value
  useEffect(() => {
    if (text === undefined) return
    const timer = setTimeout(() => (refusal.value = undefined), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [text])

  return (
    <div class="refusal" role="alert">
      {text !== undefined && (
        <button type="button" onClick={() => (refusal.value = undefined)}>
          {text} <span aria-hidden="true">×</span>
        </button>
      )}
    </div>
  )
}
