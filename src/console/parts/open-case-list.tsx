import type { CallView } from '../../cti/messages.ts'

type Cases = NonNullable<NonNullable<CallView['data']>['openCases']>

/** What other systems have open about the customer; a link opens beside the call, which goes on here. */
export function OpenCaseList({ cases }: { readonly cases: Cases }) {
  return (
    <ul class="cases">
      {cases.map(({ id, title, status, openedAt, url }, at) => (
        // Two systems may have a case of the same id each.
        <li key={at}>
          {url === undefined ? (
            <strong>{title ?? id}</strong>
          ) : (
            <a href={url} target="_blank" rel="noopener noreferrer">
              {title ?? id}
            </a>
          )}
          <span class="quiet small"> {[title && id, status, openedAt].filter(Boolean).join(' · ')}</span>
        </li>
      ))}
    </ul>
  )
}
