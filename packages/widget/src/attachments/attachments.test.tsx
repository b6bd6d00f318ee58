// @vitest-environment happy-dom
import { fireEvent } from '@testing-library/preact'
import { afterEach, expect, test, vi } from 'vitest'
import type { MountedChat } from '../api.ts'
import { en } from '../locale/en.ts'
import { mountChat } from '../mount.tsx'
import { createFakeChat, message } from '../testing/fake-chat.ts'

const open: MountedChat[] = []
afterEach(() => {
  for (const mounted of open.splice(0)) mounted.destroy()
  document.documentElement.querySelector('test-host')?.remove()
})

async function mount(fake = createFakeChat()) {
  const host = document.createElement('test-host')
  document.documentElement.append(host)
  const root = host.attachShadow({ mode: 'open' })
  const launcher = document.createElement('button')
  root.append(launcher)
  const config = { site: 'acme', name: 'Acme', entry: '', locale: 'en' }
  const chat = await mountChat({ config, base: 'https://chat.example/', root, launcher, emit: () => {} }, fake.chat)
  open.push(chat)
  chat.open()
  return { fake, root, one: (selector: string) => root.querySelector<HTMLElement>(selector) }
}

const file = (name: string, bytes = 3) => new File([new Uint8Array(bytes)], name)
const listOf = (...files: readonly File[]) => Object.assign([...files], { item: (index: number) => files[index] })

test('[WG51] what is picked stands above the field, and goes with its text', async () => {
  const { fake, one, root } = await mount()
  const picker = one('input[type=file]')
  Object.defineProperty(picker, 'files', { value: listOf(file('a.txt'), file('b.pdf')), configurable: true })
  fireEvent.change(picker ?? root)
  await vi.waitFor(() => expect(root.querySelectorAll('.tray li')).toHaveLength(2))
  fireEvent.click(one('.tray button[aria-label="Remove a.txt"]') ?? root)
  await vi.waitFor(() => expect(root.querySelectorAll('.tray li')).toHaveLength(1))
  fireEvent.input(one('textarea') ?? root, { target: { value: 'with words' } })
  fireEvent.submit(one('form') ?? root)
  await vi.waitFor(() => expect(fake.calls).toContain('attach b.pdf with words'))
  await vi.waitFor(() => expect(one('.tray')).toBeNull())
})

test('[WG51] what is pasted or dropped is taken too, and text is left to the browser', async () => {
  const { one, root } = await mount()
  const text = fireEvent.paste(one('textarea') ?? root, { clipboardData: { files: listOf() } })
  expect(text).toBe(true)
  const taken = fireEvent.paste(one('textarea') ?? root, { clipboardData: { files: listOf(file('shot.png')) } })
  expect(taken).toBe(false)
  await vi.waitFor(() => expect(one('.tray')?.textContent).toContain('shot.png'))
  const transfer = { files: listOf(file('dropped.zip')), types: ['Files'] }
  const drag = (name: string) =>
    one('.panel')?.dispatchEvent(
      Object.assign(new Event(name, { bubbles: true, cancelable: true }), { dataTransfer: transfer }),
    )
  drag('dragover')
  await vi.waitFor(() => expect(one('.drop')?.textContent).toBe(en.dropHere))
  drag('drop')
  await vi.waitFor(() => expect(one('.tray')?.textContent).toContain('dropped.zip'))
  expect(one('.drop')).toBeNull()
})

test('[WG51] what cannot be sent is said by name', async () => {
  const { one, root } = await mount()
  const paste = (...files: readonly File[]) =>
    fireEvent.paste(one('textarea') ?? root, { clipboardData: { files: listOf(...files) } })
  const said = (text: string) => vi.waitFor(() => expect(one('.tray .problem')?.textContent).toBe(text))
  const large = Object.defineProperty(new File([], 'film.mp4'), 'size', { value: 16_777_217 })
  paste(file('a.txt'), file('b.exe'), large)
  await said('b.exe: this kind of file cannot be sent.')
  expect(root.querySelectorAll('.tray li')).toHaveLength(1)
  paste(large)
  await said('film.mp4 is larger than 16 MB.')
  paste(file('empty.txt', 0))
  await said('empty.txt is empty.')
  paste(...Array.from({ length: 5 }, (_, index) => file(`${index}.txt`)))
  await said('At most 5 files at once.')
  expect(root.querySelectorAll('.tray li')).toHaveLength(5)
})

test('[WG50] a file has its room at once', async () => {
  const picture = { id: 'f'.repeat(32), name: 'a.png', type: 'image/png', size: 9, width: 480, height: 240 }
  const tile = { id: 'e'.repeat(32), name: 'b.pdf', type: 'application/pdf', size: 9 }
  const { one } = await mount(createFakeChat([message({ text: '', attachments: [picture, tile] })]))
  await vi.waitFor(() => expect(one('.picture')?.style.width).toBe('240px'))
  expect(one('.picture')?.style.aspectRatio.replaceAll(' ', '')).toBe('240/120')
  expect(one('.tile')).not.toBeNull()
  expect(one('.bubble')).toBeNull()
  await vi.waitFor(() => expect(one('.picture img')?.getAttribute('src')).toContain('/files/'))
  expect(one('.tile')?.textContent).toContain('b.pdf')
})

test('[WG52] a file on its way says how far it is, and can be withdrawn', async () => {
  const attachment = { id: null, name: 'b.pdf', type: 'application/pdf', size: 9, progress: 0.4 }
  const sending = message({ text: '', mine: true, n: null, status: 'sending', attachments: [attachment] })
  const { fake, one, root } = await mount(createFakeChat([sending]))
  await vi.waitFor(() => expect(one('[role=progressbar]')?.getAttribute('aria-valuenow')).toBe('40'))
  fireEvent.click(one('.cancel') ?? root)
  expect(fake.calls).toContain(`discard ${sending.id}`)
})
