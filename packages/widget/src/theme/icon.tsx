/** An icon of `icons.ts`; decoration, so what it means stands beside it in words. */
export function Icon({ path, size = 20 }: { path: string; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={path} />
    </svg>
  )
}
