import type { IconNode } from 'lucide'
import type { ComponentChildren } from 'preact'
import { Icon } from './icon.tsx'

interface EmptyStateProps {
  readonly icon: IconNode
  /** What to do next, in one sentence. */
  readonly children: ComponentChildren
  /** And one button for it. */
  readonly action?: { readonly label: string; readonly run: () => void }
}

export function EmptyState({ icon, children, action }: EmptyStateProps) {
  return (
    <div class="empty">
      <Icon of={icon} size={28} />
      <p>{children}</p>
      {action !== undefined && (
        <button type="button" class="button" onClick={action.run}>
          {action.label}
        </button>
      )}
    </div>
  )
}
