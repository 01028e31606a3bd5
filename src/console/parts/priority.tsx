/** A priority by name; the ordinary one is quiet. */
export function Priority({ name = 'normal' }: { readonly name?: string | undefined }) {
  return <span class={`badge priority-${name}`}>{name}</span>
}
