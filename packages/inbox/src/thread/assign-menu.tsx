import type { Colleague } from '@pendopo/sdk/inbox'
import { ChevronDown, CircleDashed, Undo2, UserRoundCheck } from 'lucide'
import { Avatar } from '../ui/avatar.tsx'
import { Icon } from '../ui/icon.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { byPresence, isHere, presenceOf } from '../ui/presence.ts'

interface AssignMenuProps {
  readonly self: string
  readonly assignee: string | null
  readonly colleagues: readonly Colleague[]
  readonly open: boolean
  readonly onOpen: () => void
  readonly onClose: () => void
  readonly onAssign: (agent: string) => void
  readonly onGiveBack: () => void
}

/** Who has the conversation, and who could. */
export function AssignMenu({
  self,
  assignee,
  colleagues,
  open,
  onOpen,
  onClose,
  onAssign,
  onGiveBack,
}: AssignMenuProps) {
  const holder = colleagues.find(({ id }) => id === assignee)
  const others = colleagues.filter(({ id }) => id !== self).toSorted(byPresence)
  const name = assignee === null ? 'Unassigned' : assignee === self ? 'You' : (holder?.name ?? 'A colleague')
  return (
    <Menu
      label="Assign to"
      open={open}
      onOpen={onOpen}
      onClose={onClose}
      buttonClass="button button-quiet assign-button"
      buttonTitle="Assign (A)"
      button={
        <>
          {assignee === null ? (
            <Icon of={CircleDashed} size={16} />
          ) : (
            <Avatar id={assignee} name={holder?.name ?? name} size="tiny" />
          )}
          <span class="visually-hidden">Assigned to: </span>
          <span class="assign-name" dir="auto">
            {name}
          </span>
          <Icon of={ChevronDown} size={14} />
        </>
      }
    >
      {assignee !== self && (
        <MenuItem onSelect={() => onAssign(self)}>
          <Icon of={UserRoundCheck} size={16} /> Assign to me
        </MenuItem>
      )}
      {assignee !== null && (
        <MenuItem onSelect={onGiveBack}>
          <Icon of={Undo2} size={16} /> Give back to Unassigned
        </MenuItem>
      )}
      {others.length > 0 && <hr />}
      {others.map((colleague) => (
        <MenuItem key={colleague.id} checked={colleague.id === assignee} onSelect={() => onAssign(colleague.id)}>
          <Avatar id={colleague.id} name={colleague.name} size="tiny" online={isHere(colleague)} />
          <bdi class="menu-name">{colleague.name}</bdi>
          <span class="menu-note">{presenceOf(colleague)}</span>
        </MenuItem>
      ))}
    </Menu>
  )
}
