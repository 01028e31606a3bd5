/** A caller in a table: name, number, segment. */
export function CallerCell(props: { readonly name: string; readonly number: string; readonly segment?: string | undefined }) {
  const { name, number, segment } = props
  return (
    <td>
      <strong>{name}</strong>
      {segment && segment !== 'standard' && <span class={`badge segment-${segment}`}>{segment}</span>}
      {name !== number && <div class="quiet small">{number}</div>}
    </td>
  )
}
