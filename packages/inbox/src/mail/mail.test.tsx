// @vitest-environment happy-dom

import { cleanup, fireEvent } from '@testing-library/preact'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeMailThread, makeRows } from '../gallery/fake-data.ts'
import { createFakeInbox, type FakeInbox } from '../gallery/fake-inbox.ts'
import { makeMail } from '../gallery/fake-mail.ts'
import type { FakeThread } from '../gallery/fake-conversation.ts'
import { NOW } from '../gallery/scenes.ts'
import { createMemoryKeyValue } from '../settings/key-value.ts'
import { renderInbox } from '../testing/render-inbox.tsx'

const ROWS = makeRows(3, NOW).map((row, index) =>
  index === 0 ? { ...row, online: false, held: true, waitingSince: null } : row,
)
const FIRST = ROWS[0]?.id ?? ''
const OPENED = { list: 'all', conversation: FIRST } as const

const makeInbox = (over: Partial<FakeThread> = {}): FakeInbox =>
  createFakeInbox({
    rows: ROWS,
    thread: (row) => ({ ...makeMailThread(row, NOW), ...over }),
    now: NOW,
  })

const messagesOf = (inbox: FakeInbox) =>
  inbox
    .conversation(FIRST)
    .$messages.get()
    .flatMap((item) => (item.type === 'message' ? [item] : []))

beforeEach(() => {
  // happy-dom lays nothing out: an element is as high as a window.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(640)
})
afterEach(() => {
  cleanup()
  history.replaceState(null, '', '/')
})

describe('an answer to somebody who is away', () => {
  it.each([
    [makeMail(), 'Customer is offline. E-mail fallback activated'],
    [makeMail({ isStopped: true }), 'Customer is offline and wants no e-mail of this conversation.'],
    [makeMail({ isBounced: true }), 'Customer is offline, and mail to their address came back.'],
    [null, 'Customer is offline'],
  ])('[EM120] %#', async (mail, words) => {
    const view = await renderInbox(makeInbox({ mail }), OPENED)
    expect(view.getByText(words, { exact: true })).toBeTruthy()
  })
})

describe('mails in a thread', () => {
  it('[EM121, EM122] are marked, and what became of them is said', async () => {
    const view = await renderInbox(makeInbox(), OPENED)
    const text = view.getByRole('log').textContent ?? ''
    expect(text).toContain('left the address nadia@harbour.example')
    expect(text).toContain('Sent by e-mail to nadia@harbour.example')
    expect(text).toContain('Not sent by e-mail: the mail server refused it')
    expect(text).toContain('550 5.7.1 Message rejected')
    expect(text).toContain('By e-mailRe: Your question about the harbour tour')
    expect(text).toContain('From Nadia Rahman <nadia@harbour.example>')
    expect(text).toContain('CC rafi@harbour.example')
  })

  it('[EM123] are shown as they came, with headers and text', async () => {
    const view = await renderInbox(makeInbox(), OPENED)
    fireEvent.click(view.getAllByRole('button', { name: 'Show original e-mail' })[0] ?? document.body)
    await view.settle()
    const dialog = view.getByRole('dialog', { name: 'Original e-mail' })
    expect(dialog.textContent).toContain('Nadia Rahman <nadia@harbour.example>')
    expect(dialog.textContent).toContain('tickets.pdf (48 kB)')
    expect(dialog.querySelector('iframe')?.getAttribute('sandbox')).toBe('')
    fireEvent.click(view.getByRole('button', { name: 'Text' }))
    await view.settle()
    expect(dialog.querySelector('iframe')).toBeNull()
    expect(dialog.textContent).toContain('Which day suits you?')
  })
})

describe('a held mail', () => {
  it('[EM124] says who, why and what, and is added once', async () => {
    const inbox = makeInbox()
    const view = await renderInbox(inbox, OPENED)
    const card = view.getByRole('region', { name: 'Unverified sender' })
    expect(card.textContent).toContain('rafi@harbour.example calls themselves Rafi')
    expect(card.textContent).toContain('The sender’s domain does not vouch for this e-mail')
    expect(card.textContent).toContain('change the tickets to Sunday')
    fireEvent.click(view.getByRole('button', { name: 'Add to conversation' }))
    await view.settle()
    expect(view.queryByRole('region', { name: 'Unverified sender' })).toBeNull()
    const text = view.getByRole('log').textContent ?? ''
    expect(text).toContain('An e-mail came from rafi@harbour.example, who could not be verified')
    expect(text).toContain('You added an e-mail to the conversation')
    expect(messagesOf(inbox).at(-1)?.text).toContain('change the tickets to Sunday')
  })

  it('[EM124] is left out', async () => {
    const inbox = makeInbox()
    const before = messagesOf(inbox).length
    const view = await renderInbox(inbox, OPENED)
    fireEvent.click(view.getByRole('button', { name: 'Leave out' }))
    await view.settle()
    expect(view.getByRole('log').textContent).toContain('You left an e-mail out')
    expect(messagesOf(inbox)).toHaveLength(before)
  })

  it('[EM125] marks its row in words', async () => {
    const view = await renderInbox(makeInbox(), OPENED)
    expect(view.getByRole('img', { name: 'An e-mail waits' })).toBeTruthy()
  })
})

describe('the address of a contact', () => {
  const shown = async (mail: ReturnType<typeof makeMail> | null) => {
    const [first, ...rest] = ROWS
    const rows = first === undefined ? [] : [{ ...first, contact: { id: first.contact.id, name: '' } }, ...rest]
    const inbox = createFakeInbox({ rows, thread: (row) => ({ ...makeMailThread(row, NOW), mail }), now: NOW })
    const view = await renderInbox(inbox, OPENED)
    await view.press('i')
    return view.getByRole('complementary', { name: 'Details' }).textContent
  }

  it.each([
    [makeMail(), 'E-mailnadia@harbour.example'],
    [makeMail({ isVerified: false }), 'E-mailnadia@harbour.example not verified'],
    [null, 'E-mailNot known'],
  ])('[EM136] %#', async (mail, words) => expect(await shown(mail)).toContain(words))
})

describe('a mail that is written', () => {
  const write = (view: Awaited<ReturnType<typeof renderInbox>>, label: string, value: string) =>
    fireEvent.input(view.getByLabelText(label), { target: { value } })

  it('[EM126, EM127, EM128] keeps the text of the chat, answers under the subject, and goes with Ctrl+Enter', async () => {
    const inbox = makeInbox()
    const view = await renderInbox(inbox, OPENED)
    write(view, 'Your answer', 'See you on Saturday.')
    fireEvent.click(view.getByRole('button', { name: 'E-mail' }))
    await view.settle()
    const field = view.getByLabelText('Your e-mail')
    expect(field).toHaveProperty('value', 'See you on Saturday.')
    expect(view.getByLabelText('Subject')).toHaveProperty('value', 'Re: Your question about the harbour tour')
    fireEvent.click(view.getByRole('button', { name: 'Add CC, BCC' }))
    await view.settle()
    write(view, 'CC', 'rafi@harbour.example, Tom <tom@acme.example>')
    await view.settle()
    fireEvent.keyDown(field, { key: 'Enter' })
    await view.settle()
    expect(messagesOf(inbox).at(-1)?.text).not.toBe('See you on Saturday.')
    fireEvent.keyDown(field, { key: 'Enter', ctrlKey: true })
    await view.settle()
    expect(messagesOf(inbox).at(-1)).toMatchObject({
      text: 'See you on Saturday.',
      mail: {
        subject: 'Re: Your question about the harbour tour',
        cc: ['rafi@harbour.example', 'tom@acme.example'],
      },
    })
    expect(view.getByLabelText('CC')).toHaveProperty('value', '')
  })

  it('[EM127] names what is wrong before it sends', async () => {
    const inbox = makeInbox()
    const before = messagesOf(inbox).length
    const view = await renderInbox(inbox, OPENED)
    write(view, 'Your answer', 'Hello')
    fireEvent.click(view.getByRole('button', { name: 'E-mail' }))
    await view.settle()
    write(view, 'Subject', ' ')
    await view.settle()
    fireEvent.click(view.getByRole('button', { name: 'Send e-mail' }))
    await view.settle()
    expect(view.getByRole('alert').textContent).toBe('A mail needs a subject.')
    await vi.waitFor(() => expect(document.activeElement).toBe(view.getByLabelText('Subject')))
    expect(messagesOf(inbox)).toHaveLength(before)
    expect(view.getByLabelText('Your e-mail')).toHaveProperty('value', 'Hello')
  })

  it('[EM128] formats what is selected, by button and by key', async () => {
    const view = await renderInbox(makeInbox(), OPENED)
    write(view, 'Your answer', 'a good day')
    fireEvent.click(view.getByRole('button', { name: 'E-mail' }))
    await view.settle()
    const field = view.getByLabelText('Your e-mail')
    if (!(field instanceof HTMLTextAreaElement)) throw new Error('the composer is a text area')
    field.setSelectionRange(2, 6)
    fireEvent.click(view.getByRole('button', { name: 'Bold' }))
    await view.settle()
    expect(field.value).toBe('a **good** day')
    expect([field.selectionStart, field.selectionEnd]).toEqual([4, 8])
    fireEvent.keyDown(field, { key: 'b', ctrlKey: true })
    await view.settle()
    expect(field.value).toBe('a good day')
  })

  it('[EM129] is there again after a reload', async () => {
    const storage = createMemoryKeyValue()
    const first = await renderInbox(makeInbox(), OPENED, storage)
    write(first, 'Your answer', 'Unsent')
    fireEvent.click(first.getByRole('button', { name: 'E-mail' }))
    await first.settle()
    write(first, 'Subject', 'Another matter')
    await first.settle()
    expect(first.getByText('Another subject begins a new mail.')).toBeTruthy()
    cleanup()
    const again = await renderInbox(makeInbox(), OPENED, storage)
    expect(again.getByLabelText('Your e-mail')).toHaveProperty('value', 'Unsent')
    expect(again.getByLabelText('Subject')).toHaveProperty('value', 'Another matter')
  })

  it('[EM142] answers one mail of the thread under its subject, or the thread after all', async () => {
    const inbox = makeInbox()
    const view = await renderInbox(inbox, OPENED)
    const reply = () => view.getAllByRole('button', { name: 'Reply to this e-mail' })[0] ?? document.body
    fireEvent.click(reply())
    await view.settle()
    const answered = messagesOf(inbox).find(({ mail }) => mail?.original !== undefined)
    expect(view.getByText('Answers').parentElement?.textContent).toContain(answered?.text?.slice(0, 20))
    await vi.waitFor(() => expect(document.activeElement).toBe(view.getByLabelText('Your e-mail')))
    write(view, 'Your e-mail', 'Two tickets, then.')
    fireEvent.click(view.getByRole('button', { name: 'Send e-mail' }))
    await view.settle()
    expect(messagesOf(inbox).at(-1)).toMatchObject({ text: 'Two tickets, then.', replyTo: answered?.id })
    expect(view.queryByText('Answers')).toBeNull()

    fireEvent.click(reply())
    await view.settle()
    fireEvent.click(view.getByRole('button', { name: 'Answer the thread' }))
    await view.settle()
    write(view, 'Your e-mail', 'And to all of it.')
    fireEvent.click(view.getByRole('button', { name: 'Send e-mail' }))
    await view.settle()
    expect(messagesOf(inbox).at(-1)).toMatchObject({ text: 'And to all of it.', replyTo: null })
  })

  it('[EM126] is not offered without an address', async () => {
    const view = await renderInbox(makeInbox({ mail: null }), OPENED)
    expect(view.queryByRole('button', { name: 'E-mail' })).toBeNull()
  })
})

describe('the transcript', () => {
  it('[EM130] is mailed from the menu, or why not is said', async () => {
    const view = await renderInbox(makeInbox(), OPENED)
    fireEvent.click(view.getByRole('button', { name: 'More' }))
    await view.settle()
    fireEvent.click(view.getByRole('menuitem', { name: 'Send transcript' }))
    await view.settle()
    expect(view.getByRole('log').textContent).toContain('You asked for the transcript to be mailed')
    cleanup()
    const unproven = await renderInbox(makeInbox({ mail: makeMail({ isVerified: false }) }), OPENED)
    unproven.app.sendTranscript(FIRST)
    await unproven.settle()
    expect(unproven.getByText(/nobody has shown yet that the address is theirs/u)).toBeTruthy()
  })
})
