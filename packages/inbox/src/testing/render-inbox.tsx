// Renders the whole inbox in a test, on the inbox in memory.

import { act, render, type RenderResult } from '@testing-library/preact'
import { AppRoot } from '../app/app-root.tsx'
import type { App } from '../app/app-context.ts'
import { createApp } from '../app/create-app.ts'
import type { Place } from '../app/routes.ts'
import type { FakeInbox } from '../gallery/fake-inbox.ts'
import { NOW } from '../gallery/scenes.ts'
import { createMemoryKeyValue, type KeyValue } from '../settings/key-value.ts'

export interface RenderedInbox extends RenderResult {
  readonly app: App
  readonly storage: KeyValue
  press(key: string, over?: KeyboardEventInit): Promise<void>
  /** Lets stores and effects catch up. */
  settle(): Promise<void>
}

export async function renderInbox(
  inbox: FakeInbox,
  place: Place,
  storage = createMemoryKeyValue(),
): Promise<RenderedInbox> {
  const app = createApp({ inbox, base: '/inbox', storage, window, now: () => NOW })
  app.routes.replace(place)
  const rendered = render(<AppRoot app={app} />)
  // Stores tell components in a task of their own.
  const settle = async () => {
    for (let round = 0; round < 3; round++) await act(() => new Promise<void>((resolve) => setTimeout(resolve, 0)))
  }
  await settle()
  return {
    ...rendered,
    app,
    storage,
    settle,
    async press(key, over = {}) {
      const target = document.activeElement ?? document.body
      target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...over }))
      await settle()
    },
  }
}
