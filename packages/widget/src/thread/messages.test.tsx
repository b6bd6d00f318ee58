// @vitest-environment happy-dom
import { PendopoError } from '@pendopo/sdk'
import { fireEvent, render } from '@testing-library/preact'
import { afterEach, expect, test, vi } from 'vitest'
import type { WidgetConfig } from '../config.ts'
import { loadLocale } from '../locale/load-locale.ts'
import { Panel } from '../panel/panel.tsx'
import { setUnderWay } from '../returning.ts'
import { createFakeChat, message } from '../testing/fake-chat.ts'
import { createWidget, type Widget } from '../widget.ts'

const widgets: Widget[] = []

afterEach(() => {
  for (const widget of widgets.splice(0)) widget.stop()
  localStorage.clear()
  sessionStorage.clear()
})

async function show(...messages: readonly ReturnType<typeof message>[]) {
  const config: WidgetConfig = { site: 'acme', name: 'Acme', entry: '', locale: 'en' }
  const widget = createWidget(createFakeChat(messages).chat, config, await loadLocale(config, 'en'), () => {})
  widgets.push(widget)
  const load = vi.spyOn(widget.messages, 'load')
  // Effects have run when this returns.
  return { ...render(<Panel widget={widget} />), load, code: () => widget.messages.$module.get() }
}

test('[WG27] an open chat without a message does without the code that draws them, until somebody writes', async () => {
  const { container, code, load } = await show()
  expect(load).not.toHaveBeenCalled()
  const field = container.querySelector('textarea')
  if (field === null) throw new TypeError('unable to write; there is no field')
  fireEvent.input(field, { target: { value: 'H' } })
  await vi.waitFor(() => expect(code()).not.toBeNull())
})

test('[WG27] it comes with the first message', async () => {
  const { container } = await show(message({ text: 'Good morning' }))
  await vi.waitFor(() => expect(container.querySelector('.bubble')?.textContent).toContain('Good morning'))
})

test('[WG27] it comes at once where a conversation is under way', async () => {
  setUnderWay('acme', true)
  const { code } = await show()
  await vi.waitFor(() => expect(code()).not.toBeNull())
})

test('[WG16] what was too large says so, a text in other words than a file', async () => {
  const failed = { status: 'failed', error: new PendopoError('too_large', 'x') } as const
  const file = { id: 'f', type: 'image/png', name: 'roof.png', size: 9, width: 10_000, height: 6_000 }
  const { container } = await show(
    message({ ...failed, text: 'Words' }),
    message({ ...failed, text: '', attachments: [file] }),
  )
  await vi.waitFor(() => expect(container.querySelectorAll('.failure p')).toHaveLength(2))
  expect([...container.querySelectorAll('.failure p')].map((reason) => reason.textContent)).toEqual([
    'Not sent: it is too long.',
    'Not sent: the file is too large.',
  ])
})
