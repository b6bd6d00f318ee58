import { toKeyCaps, type Shortcut } from '../palette/keys.ts'

export function KeyCaps({ keys, isMac }: { readonly keys: Shortcut; readonly isMac: boolean }) {
  return (
    <span class="key-caps">
      {toKeyCaps(keys, isMac).map((cap) => (
        <kbd key={cap}>{cap}</kbd>
      ))}
    </span>
  )
}
