/** The sign of the house: the two-stepped roof of a pendopo over its floor. */
export function Mark({ size = 24 }: { readonly size?: number }) {
  return (
    <svg class="mark" width={size} height={size} viewBox="0 0 24 24" fill="currentColor" aria-hidden="true">
      <path d="M12 2.5 17 8h4.2l1.3 3.2H1.5L2.8 8H7z" />
      <path d="M4.5 12.6h1.8V19H4.5zM17.7 12.6h1.8V19h-1.8zM10 12.6h4V19h-4zM2.5 20.2h19V22h-19z" />
    </svg>
  )
}
