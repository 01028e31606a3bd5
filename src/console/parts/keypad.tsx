import { useEffect } from 'preact/hooks'
import { say } from '../words.ts'

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#']

interface Props {
  readonly enabled: boolean
  press(key: string): void
}

/** The keys of a phone; the computer's keyboard works too, unless it is typing somewhere. */
export function Keypad({ enabled, press }: Props) {
  useEffect(() => {
    if (!enabled) return
    const typed = (event: KeyboardEvent) => {
      const typing = event.target instanceof Element && event.target.closest('input, textarea, select') !== null
      if (keys.includes(event.key) && !typing && !event.repeat && !event.ctrlKey && !event.metaKey) press(event.key)
    }
    addEventListener('keydown', typed)
    return () => removeEventListener('keydown', typed)
  }, [enabled, press])

  return (
    <fieldset class="keypad" disabled={!enabled}>
      <legend class="hidden">{say('keypad')}</legend>
      {keys.map((key) => (
        <button type="button" key={key} onClick={() => press(key)}>
          {key}
        </button>
      ))}
    </fieldset>
  )
}
