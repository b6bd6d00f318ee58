// Everything that can be done, found by typing: actions with their keys, and the conversations of the list.

import type { Row } from '@pendopo/sdk/inbox'
import { CornerDownLeft, MessageCircle, Search, type IconNode } from 'lucide'
import { useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { Dialog } from '../ui/dialog.tsx'
import { toDisplayName } from '../ui/display-name.ts'
import { Icon } from '../ui/icon.tsx'
import { KeyCaps } from '../ui/key-caps.tsx'
import type { Action } from './actions.ts'
import { rank } from './match.ts'

interface PaletteProps {
  readonly actions: readonly Action[]
  readonly rows: readonly Row[]
  readonly isMac: boolean
  readonly onOpen: (conversation: string) => void
  readonly onClose: () => void
}

interface Entry {
  readonly id: string
  readonly title: string
  readonly group: string
  readonly icon: IconNode
  readonly keys: readonly string[]
  readonly run: () => void
}

/** Conversations shown beneath the actions: more are found by typing more. */
const ROWS_SHOWN = 8

export function Palette({ actions, rows, isMac, onOpen, onClose }: PaletteProps) {
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const id = useId()
  const entries = useMemo(() => toEntries(query, actions, rows, onOpen), [query, actions, rows, onOpen])
  const at = Math.min(active, entries.length - 1)

  useLayoutEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  }, [at, query])

  const run = (entry: Entry | undefined) => {
    if (entry === undefined) return
    onClose()
    entry.run()
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return
    if (event.key === 'ArrowDown') setActive((at + 1) % entries.length)
    else if (event.key === 'ArrowUp') setActive((at - 1 + entries.length) % entries.length)
    else if (event.key === 'Enter') run(entries[at])
    else return
    event.preventDefault()
  }

  return (
    <Dialog label="Find an action" class="palette" onClose={onClose}>
      <div class="palette-search">
        <Icon of={Search} size={18} />
        <input
          class="palette-field"
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={entries[at] === undefined ? undefined : `${id}-${entries[at].id}`}
          aria-label="Find an action or a conversation"
          placeholder="Find an action or a conversation"
          autocomplete="off"
          autoFocus
          value={query}
          onInput={(event) => {
            setQuery(event.currentTarget.value)
            setActive(0)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div class="palette-list" role="listbox" id={`${id}-list`} aria-label="Actions" ref={list}>
        {entries.map((entry, index) => (
          <div key={entry.id} role="presentation">
            {entries[index - 1]?.group !== entry.group && query === '' && (
              <div class="palette-group" role="presentation">
                {entry.group}
              </div>
            )}
            <div
              class="palette-entry"
              id={`${id}-${entry.id}`}
              role="option"
              aria-selected={index === at}
              onPointerMove={() => setActive(index)}
              onClick={() => run(entry)}
            >
              <Icon of={entry.icon} size={16} />
              <bdi class="palette-title">{entry.title}</bdi>
              {entry.keys.map((keys) => (
                <KeyCaps key={keys} keys={keys} isMac={isMac} />
              ))}
            </div>
          </div>
        ))}
        {entries.length === 0 && <p class="palette-none">Nothing is called that. Try another word.</p>}
      </div>
      <div class="palette-foot">
        <Icon of={CornerDownLeft} size={14} /> to run, Esc to leave
      </div>
    </Dialog>
  )
}

function toEntries(
  query: string,
  actions: readonly Action[],
  rows: readonly Row[],
  onOpen: (id: string) => void,
): readonly Entry[] {
  const found = rank(query, rows, (row) => `${row.contact.name} ${row.contact.email ?? ''}`).slice(
    0,
    query.trim() === '' ? 0 : ROWS_SHOWN,
  )
  const conversations = found.map((row) => ({
    id: `row-${row.id}`,
    title: toDisplayName(row.contact.name, row.contact.id),
    group: 'Conversations',
    icon: MessageCircle,
    keys: [],
    run: () => onOpen(row.id),
  }))
  return [
    ...rank(query, actions, (action) => action.title).filter((action) => action.id !== 'palette'),
    ...conversations,
  ]
}
