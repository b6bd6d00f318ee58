// @vitest-environment happy-dom
import { cleanup, fireEvent, render } from '@testing-library/preact'
import { createRef } from 'preact'
import { afterEach, expect, test, vi } from 'vitest'
import { en } from '../locale/en.ts'
import { Composer } from './composer.tsx'
import { createDraft } from './draft.ts'
import { isSendKey } from './keys.ts'

afterEach(() => {
  cleanup()
  sessionStorage.clear()
})

function show() {
  const onSend = vi.fn<(text: string) => void>()
  const onTyping = vi.fn<(active: boolean) => void>()
  const screen = render(
    <Composer
      texts={en}
      draft={createDraft('acme')}
      field={createRef<HTMLTextAreaElement>()}
      tray={null}
      hasFiles={false}
      onFiles={() => {}}
      onReach={() => {}}
      onSend={onSend}
      onTyping={onTyping}
    />,
  )
  const field = screen.container.querySelector('textarea')
  if (!field) throw new Error('there is no field')
  return {
    ...screen,
    field,
    onSend,
    onTyping,
    type: (text: string) => fireEvent.input(field, { target: { value: text } }),
  }
}

const key = { key: 'Enter', shiftKey: false, isComposing: false, keyCode: 13 }

test('[WG30] Enter sends, Shift and Enter break the line', () => {
  expect(isSendKey(key)).toBe(true)
  expect(isSendKey({ ...key, shiftKey: true })).toBe(false)
  expect(isSendKey({ ...key, key: 'a' })).toBe(false)
})

test('[WG30] Enter within a composition picks a candidate, also where the browser ends the composition first', () => {
  expect(isSendKey({ ...key, isComposing: true })).toBe(false)
  expect(isSendKey({ ...key, keyCode: 229 })).toBe(false)
})

test('[WG30] what was sent leaves the field, trimmed, and the field keeps the focus', () => {
  const { field, onSend, type } = show()
  type('  hello\n')
  fireEvent.keyDown(field, key)
  expect(onSend.mock.calls).toEqual([['hello']])
  expect(field.value).toBe('')
  expect(document.activeElement).toBe(field)
})

test('[WG30] nothing but space is not sent', () => {
  const { field, onSend, type } = show()
  type(' \n ')
  fireEvent.keyDown(field, key)
  expect(onSend).not.toHaveBeenCalled()
})

test('[WG31] the draft survives a reload of the tab and is gone once sent', () => {
  const first = show()
  first.type('half a thou')
  cleanup()
  const second = show()
  expect(second.field.value).toBe('half a thou')
  fireEvent.keyDown(second.field, key)
  cleanup()
  expect(show().field.value).toBe('')
  expect(sessionStorage).toHaveLength(0)
})

test('[WG31] a text over 4,000 characters stays in the field, is not sent, and says by how much', () => {
  const { field, onSend, type, getByRole } = show()
  type('x'.repeat(4_003))
  fireEvent.keyDown(field, key)
  expect(onSend).not.toHaveBeenCalled()
  expect(field.value).toHaveLength(4_003)
  expect(getByRole('status').textContent).toContain('3 characters too many')
  expect(field.getAttribute('aria-invalid')).toBe('true')
})

test('[WG31] the last 200 characters are counted down', () => {
  const { type, queryByRole } = show()
  type('x'.repeat(3_800))
  expect(queryByRole('status')).toBeNull()
  type('x'.repeat(3_990))
  expect(queryByRole('status')?.textContent).toBe('10 characters left')
})

test('[WG32] typing is told, and that the field was emptied', () => {
  const { onTyping, type } = show()
  type('a')
  type('')
  expect(onTyping.mock.calls).toEqual([[true], [false]])
})
