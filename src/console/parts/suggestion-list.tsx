import type { CallView } from '../../cti/messages.ts'
import { inOwnLanguage } from '../choices.ts'

type Suggestions = NonNullable<NonNullable<CallView['data']>['suggestions']>

/** What the agent may want to do for the caller; a link opens beside the call, which goes on here. */
export function SuggestionList({ suggestions }: { readonly suggestions: Suggestions }) {
  return (
    <ul class="suggestions">
      {suggestions.map(({ id, title, text, url }) => (
        <li key={id}>
          {url === undefined ? (
            <strong>{inOwnLanguage(title) ?? id}</strong>
          ) : (
            <a href={url} target="_blank" rel="noopener noreferrer">
              {inOwnLanguage(title) ?? id}
            </a>
          )}
          {text && <p class="quiet">{inOwnLanguage(text)}</p>}
        </li>
      ))}
    </ul>
  )
}
