import type { CallView } from '../../cti/messages.ts'

/** The steps the caller took. */
export function CallPath({ path }: { readonly path: NonNullable<CallView['data']>['path'] }) {
  return (
    <ol class="path">
      {path.map(({ step, kind, at, exit, detail }) => (
        <li key={`${at} ${step}`}>
          <span>{step}</span> <span class="quiet small">{kind}</span>
          {(detail ?? exit) !== undefined && <span class="quiet small"> → {detail ?? exit}</span>}
        </li>
      ))}
    </ol>
  )
}
