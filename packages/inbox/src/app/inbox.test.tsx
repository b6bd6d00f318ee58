// @vitest-environment happy-dom

import { cleanup, fireEvent } from '@testing-library/preact'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeRows, makeThread } from '../gallery/fake-data.ts'
import { createFakeInbox, type FakeInbox } from '../gallery/fake-inbox.ts'
import { NOW } from '../gallery/scenes.ts'
import { renderInbox } from '../testing/render-inbox.tsx'
import type { Place } from './routes.ts'

const ROWS = makeRows(30, NOW)
const FIRST = ROWS[0]?.id ?? ''
const LISTED: Place = { list: 'all', conversation: null }
const OPENED: Place = { list: 'all', conversation: FIRST }

const makeInbox = (over: { signedIn?: boolean; rows?: typeof ROWS } = {}): FakeInbox =>
  createFakeInbox({ rows: ROWS, thread: (row) => makeThread(row, NOW), now: NOW, ...over })

beforeEach(() => {
  // happy-dom lays nothing out: an element is as high as a window.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(640)
})
afterEach(() => {
  cleanup()
  history.replaceState(null, '', '/')
})

describe('signing in', () => {
  it('[IN2] says in plain words what is wrong, and leads to the lists', async () => {
    const view = await renderInbox(makeInbox({ signedIn: false }), LISTED)
    const submit = async (password: string) => {
      fireEvent.input(view.getByLabelText('E-mail'), { target: { value: 'ayu@acme.example' } })
      fireEvent.input(view.getByLabelText('Password'), { target: { value: password } })
      fireEvent.click(view.getByRole('button', { name: 'Sign in' }))
      await view.settle()
    }
    await submit('wrong')
    expect(view.getByRole('alert').textContent).toContain('do not belong together')
    await submit('often')
    expect(view.getByRole('alert').textContent).toBe('Too many tries. Wait 9 minutes, then try again.')
    await submit('password')
    expect(view.getByRole('list', { name: 'All' })).toBeTruthy()
  })
})

describe('the lists', () => {
  it('[IN6] show in words what is shown in colour', async () => {
    const view = await renderInbox(makeInbox(), LISTED)
    const text = view.getByRole('list', { name: 'All' }).textContent ?? ''
    expect(text).toContain(', on the site now')
    expect(view.getAllByRole('img', { name: 'Overdue' }).length).toBeGreaterThan(0)
    expect(view.getAllByRole('img', { name: 'Waiting' }).length).toBeGreaterThan(0)
    expect(view.getAllByRole('img', { name: 'Answer:' }).length).toBeGreaterThan(0)
    expect(text).toContain(' unread')
    expect(text).toContain('Assigned to Tom Okafor')
  })

  it('[IN5] render a few rows of thousands', async () => {
    const view = await renderInbox(makeInbox({ rows: makeRows(5_000, NOW) }), LISTED)
    expect(view.getAllByRole('listitem').length).toBeLessThan(30)
    expect(view.getAllByRole('listitem')[0]?.getAttribute('aria-setsize')).toBe(
      String(makeRows(5_000, NOW).filter(({ status }) => status === 'open').length),
    )
  })

  it('[IN3] move a conversation up when its contact writes', async () => {
    const inbox = makeInbox()
    const view = await renderInbox(inbox, LISTED)
    inbox.receive(ROWS[3]?.id ?? '', 'Hello again')
    await view.settle()
    expect(view.getAllByRole('listitem')[0]?.querySelector('a')?.dataset.row).toBe(ROWS[3]?.id)
  })

  it('[IN1] say what to do next when they are empty', async () => {
    const view = await renderInbox(makeInbox({ rows: [] }), { list: 'mine', conversation: null })
    expect(view.getByText('Nothing waits for you, and nobody waits in Unassigned.')).toBeTruthy()
    fireEvent.click(view.getByRole('button', { name: 'Look at Unassigned' }))
    await view.settle()
    expect(view.getByText('Everybody is being looked after.')).toBeTruthy()
  })
})

describe('an empty list of my own', () => {
  it('[IN23] says how many wait in Unassigned', async () => {
    const waiting = ROWS.filter((row) => row.assignee === null && row.status === 'open').slice(0, 2)
    const view = await renderInbox(makeInbox({ rows: waiting }), { list: 'mine', conversation: null })
    expect(view.getByText('Nothing is yours, but 2 conversations wait in Unassigned.')).toBeTruthy()
  })
})

describe('the keys', () => {
  it('[IN22] go on from where an answered conversation was when it left the list', async () => {
    const waiting = ROWS.filter((row) => row.assignee === null && row.status === 'open')
    const [, second, third] = waiting
    const inbox = makeInbox()
    const view = await renderInbox(inbox, { list: 'unassigned', conversation: second?.id ?? '' })
    await view.press('m')
    expect(view.app.routes.$place.get().conversation).toBe(second?.id)
    await view.press('j')
    await vi.waitFor(() => expect(view.app.routes.$place.get().conversation).toBe(third?.id))
    await view.settle()
    await view.press('m')
    await view.press('k')
    await vi.waitFor(() => expect(view.app.routes.$place.get().conversation).toBe(waiting[0]?.id))
  })

  it('[IN10] move through the list, assign, close and find actions', async () => {
    const inbox = makeInbox()
    const view = await renderInbox(inbox, OPENED)
    await view.press('j')
    await vi.waitFor(() => expect(view.app.routes.$place.get().conversation).toBe(ROWS[1]?.id))
    await view.settle()
    await view.press('m')
    expect(inbox.conversation(ROWS[1]?.id ?? '').$view.get()?.assignee).toBe(inbox.$agent.get()?.id)
    await view.press('e')
    fireEvent.input(view.getByLabelText(/Reason/u), { target: { value: 'Done' } })
    fireEvent.click(view.getByRole('button', { name: 'Close conversation' }))
    await view.settle()
    expect(inbox.conversation(ROWS[1]?.id ?? '').$view.get()?.status).toBe('closed')
    await view.press('e')
    expect(inbox.conversation(ROWS[1]?.id ?? '').$view.get()?.status).toBe('open')
  })

  it('[IN10] open the palette, which runs what it finds', async () => {
    const view = await renderInbox(makeInbox(), OPENED)
    await view.press('k', { ctrlKey: true })
    const field = view.getByRole('combobox')
    fireEvent.input(field, { target: { value: 'dense' } })
    await view.settle()
    expect(view.getAllByRole('option')[0]?.textContent).toContain('Dense rows')
    fireEvent.keyDown(field, { key: 'Enter' })
    await view.settle()
    expect(view.app.preferences.$values.get().density).toBe('dense')
    expect(view.queryByRole('combobox')).toBeNull()
  })

  it('[IN10] do nothing while somebody writes', async () => {
    const view = await renderInbox(makeInbox(), OPENED)
    view.getByLabelText('Your answer').focus()
    await view.press('e')
    await view.press('j')
    expect(view.app.$overlay.get()).toBeNull()
    expect(view.app.routes.$place.get().conversation).toBe(FIRST)
  })
})

describe('the hands', () => {
  const opened = async () => {
    const inbox = makeInbox()
    const view = await renderInbox(inbox, LISTED)
    const link = view.getAllByRole('listitem')[1]?.querySelector('a')
    if (!link) throw new Error('the list has rows')
    return { inbox, view, link }
  }

  it('[IN18] are in the answer’s field after a row was clicked, and not after J', async () => {
    const { view, link } = await opened()
    await view.press('j')
    await vi.waitFor(() => expect(view.app.routes.$place.get().conversation).toBe(FIRST))
    await view.settle()
    expect(document.activeElement).not.toBe(view.getByLabelText('Your answer'))
    link.focus()
    fireEvent.click(link)
    await vi.waitFor(() => expect(view.app.routes.$place.get().conversation).toBe(ROWS[1]?.id))
    await vi.waitFor(() => expect(document.activeElement).toBe(view.getByLabelText('Your answer')))
  })

  it('[IN18] are in the answer’s field after a toast was clicked', async () => {
    const inbox = makeInbox()
    const view = await renderInbox(inbox, OPENED)
    inbox.receive(ROWS[2]?.id ?? '', 'Elsewhere')
    await view.settle()
    const toast = view.getByText('Elsewhere').closest('a')
    if (toast === null) throw new Error('the toast is a link')
    fireEvent.click(toast)
    await vi.waitFor(() => expect(view.app.routes.$place.get().conversation).toBe(ROWS[2]?.id))
    await vi.waitFor(() => expect(document.activeElement).toBe(view.getByLabelText('Your answer')))
  })

  it('[IN18] set nothing in motion while the field is on its way', async () => {
    const { view, link } = await opened()
    link.focus()
    fireEvent.click(link)
    for (const key of 'hello me') link.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
    await view.settle()
    expect(view.app.$overlay.get()).toBeNull()
    await vi.waitFor(() => expect(document.activeElement).toBe(view.getByLabelText('Your answer')))
    expect(view.app.$reply.get()).toBeNull()
  })

  it('[IN18] do nothing with a letter on a button outside the lists and the thread', async () => {
    const view = await renderInbox(makeInbox(), OPENED)
    const outside = document.createElement('button')
    document.body.append(outside)
    outside.focus()
    await view.press('e')
    expect(view.app.$overlay.get()).toBeNull()
    outside.remove()
    view.getByRole('log').focus()
    await view.press('e')
    expect(view.app.$overlay.get()).toBe('close')
  })

  it('[IN19] write no reason by accident: the dialog has its focus on the button', async () => {
    const view = await renderInbox(makeInbox(), OPENED)
    await view.press('e')
    expect(view.getByRole('button', { name: 'Close conversation' }).hasAttribute('autofocus')).toBe(true)
    expect(view.getByLabelText(/Reason/u).hasAttribute('autofocus')).toBe(false)
  })

  it('[IN19] close nothing with a space that was meant for a word', async () => {
    const view = await renderInbox(makeInbox(), OPENED)
    await view.press('e')
    const button = view.getByRole('button', { name: 'Close conversation' })
    for (const type of ['keydown', 'keyup'])
      expect(button.dispatchEvent(new KeyboardEvent(type, { key: ' ', bubbles: true, cancelable: true }))).toBe(false)
    expect(button.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }))).toBe(
      true,
    )
  })

  it('[IN19] take back what they closed in passing', async () => {
    const inbox = makeInbox()
    const view = await renderInbox(inbox, LISTED)
    const row = view.getAllByRole('listitem')[0]
    const close = row?.querySelector<HTMLElement>('button[title=Close]')
    fireEvent.click(close ?? document.body)
    await view.settle()
    expect(inbox.conversation(FIRST).$view.get()?.status).toBe('closed')
    fireEvent.click(view.getByRole('button', { name: 'Undo' }))
    await view.settle()
    expect(inbox.conversation(FIRST).$view.get()?.status).toBe('open')
    expect(view.queryByRole('button', { name: 'Undo' })).toBeNull()
  })
})

describe('the thread', () => {
  it('[IN7] keeps hostile words as text', async () => {
    const inbox = makeInbox()
    const view = await renderInbox(inbox, OPENED)
    inbox.receive(FIRST, '<img src=x onerror=alert(1)> javascript:alert(1) https://acme.example/x.')
    await view.settle()
    const log = view.getByRole('log')
    expect(log.textContent).toContain('<img src=x onerror=alert(1)> javascript:alert(1)')
    expect(log.querySelector('img')).toBeNull()
    const links = [...log.querySelectorAll('a')]
    expect(links.every((link) => /^https?:/u.test(link.href) && link.rel.startsWith('noopener noreferrer'))).toBe(true)
  })

  it('[IN8] shows events in words, and unknown ones with their JSON on demand', async () => {
    const view = await renderInbox(makeInbox(), OPENED)
    expect(view.getByText('Dewi Anggraini assigned this to you')).toBeTruthy()
    expect(view.getByText('You closed this · Booked')).toBeTruthy()
    expect(view.getByRole('separator', { name: 'New messages below' })).toBeTruthy()
    fireEvent.click(view.getByRole('button', { name: 'Show more' }))
    await view.settle()
    expect(view.getByText(/Which day suits you/u)).toBeTruthy()
  })

  it('[IN8] takes the unread line away once one has answered', async () => {
    const view = await renderInbox(makeInbox(), OPENED)
    expect(view.queryByRole('separator', { name: 'New messages below' })).not.toBeNull()
    const field = view.getByLabelText('Your answer')
    fireEvent.input(field, { target: { value: 'Here I am' } })
    fireEvent.keyDown(field, { key: 'Enter' })
    await view.settle()
    expect(view.getByText('Here I am')).toBeTruthy()
    expect(view.queryByRole('separator', { name: 'New messages below' })).toBeNull()
  })

  it('[IN29] keeps a text that is too long whole, says by how much, and does not send it', async () => {
    const inbox = makeInbox()
    const view = await renderInbox(inbox, OPENED)
    const field = view.getByLabelText('Your answer')
    const text = `${'a'.repeat(4_000)} THE END`
    fireEvent.input(field, { target: { value: text } })
    fireEvent.keyDown(field, { key: 'Enter' })
    await view.settle()
    expect(view.getByText('8 characters too many. Shorten it, or send it in parts.')).toBeTruthy()
    expect(field).toHaveProperty('value', text)
    expect(view.app.drafts.read(FIRST)).toBe(text)
    fireEvent.input(field, { target: { value: text.slice(8) } })
    fireEvent.keyDown(field, { key: 'Enter' })
    await view.settle()
    expect(field).toHaveProperty('value', '')
  })

  it('[IN14] sends with Enter, breaks with Shift+Enter, respects input methods and keeps drafts', async () => {
    const inbox = makeInbox()
    const view = await renderInbox(inbox, OPENED)
    const sent = () =>
      inbox
        .conversation(FIRST)
        .$messages.get()
        .flatMap((item) => (item.type === 'message' && item.id.startsWith('own') ? [item.text] : []))
    const field = () => {
      const found = view.getByLabelText('Your answer')
      if (!(found instanceof HTMLTextAreaElement)) throw new Error('the composer is a text area')
      return found
    }
    fireEvent.input(field(), { target: { value: 'A draft' } })
    fireEvent.keyDown(field(), { key: 'Enter', shiftKey: true })
    fireEvent.keyDown(field(), { key: 'Enter', isComposing: true })
    fireEvent.keyDown(field(), { key: 'Enter', keyCode: 229 })
    expect(sent()).toEqual([])
    view.app.routes.go(LISTED)
    await view.settle()
    view.app.routes.go(OPENED)
    await view.settle()
    expect(field().value).toBe('A draft')
    fireEvent.keyDown(field(), { key: 'Enter' })
    await view.settle()
    expect(sent()).toEqual(['A draft'])
    expect(field().value).toBe('')
    expect(view.app.drafts.read(FIRST)).toBe('')
  })

  it('[IN9] says why something could not be done', async () => {
    const inbox = makeInbox()
    const view = await renderInbox(inbox, OPENED)
    view.app.attempt('assign this', Promise.reject(new Error('no')))
    await view.settle()
    expect(view.getByText('Unable to assign this: something went wrong on this page.')).toBeTruthy()
  })
})

describe('a message that comes in', () => {
  it('[IN11] shows a toast, unless it is being read or the bell is off', async () => {
    const inbox = makeInbox()
    const view = await renderInbox(inbox, OPENED)
    inbox.receive(FIRST, 'I am being read')
    await view.settle()
    expect(view.app.notices.$notices.get()).toEqual([])
    inbox.receive(ROWS[2]?.id ?? '', 'Elsewhere')
    await view.settle()
    expect(view.app.notices.$notices.get()).toMatchObject([{ kind: 'message', text: 'Elsewhere' }])
    view.app.routes.go({ list: 'all', conversation: ROWS[2]?.id ?? '' })
    expect(view.app.notices.$notices.get()).toEqual([])
    view.app.routes.go(OPENED)
    view.app.preferences.set({ bell: false })
    inbox.receive(ROWS[2]?.id ?? '', 'In silence')
    expect(view.app.notices.$notices.get()).toEqual([])
  })
})

describe('addresses', () => {
  it('[IN12] name the list and the conversation, and lead back to them', async () => {
    const view = await renderInbox(makeInbox(), OPENED)
    expect(location.pathname + location.search).toBe(`/inbox/all?conversation=${FIRST}`)
    expect(view.app.routes.href({ list: 'mine', conversation: null })).toBe('/inbox/mine')
    expect(view.app.routes.href({ list: null, conversation: null })).toBe('/inbox/')
    view.app.routes.go({ list: 'mine', conversation: null })
    expect(view.app.routes.$place.get()).toEqual({ list: 'mine', conversation: null })
  })
})
