import { toHue, toInitials } from './initials.ts'

interface AvatarProps {
  readonly id: string
  readonly name: string
  readonly size?: 'mini' | 'tiny' | 'small' | 'medium' | 'large'
  readonly online?: boolean
}

/** A face: decoration, because the name always stands beside it. The dot of somebody online is told in words there too. */
export function Avatar({ id, name, size = 'medium', online = false }: AvatarProps) {
  return (
    <span class={`avatar avatar-${size}`} style={{ '--hue': `${toHue(id)}` }} aria-hidden="true">
      {toInitials(name)}
      {online && <span class="avatar-dot" />}
    </span>
  )
}
