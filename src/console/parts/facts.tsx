/** Names and values; what has no value is left out. */
export function Facts({ facts }: { readonly facts: Readonly<Record<string, unknown>> }) {
  const shown = Object.entries(facts).filter(([, value]) => value !== undefined && value !== null && value !== '')
  return (
    <dl class="facts">
      {shown.map(([name, value]) => (
        <div key={name}>
          <dt>{name.replaceAll('_', ' ')}</dt>
          <dd>{typeof value === 'object' ? JSON.stringify(value) : String(value)}</dd>
        </div>
      ))}
    </dl>
  )
}
