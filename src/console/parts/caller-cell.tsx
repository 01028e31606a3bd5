/** A caller in a table: name, number, segment. */
export function CallerCell(props: { readonly name: string; readonly number: string; readonly segment?: string | undefined }) {
  const { name, number, segment } = props
  return (
    <td>
      <strong>{name}</strong>
      <div class="badges">
        {name !== number && <span class="quiet small">{number}</span>}
        {segment && segment !== 'standard' && <span class={`badge segment-${segment}`}>{segment}</span>}
      </div>
    </td>
  )
}
