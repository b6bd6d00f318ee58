import { randomBytes } from 'node:crypto'
import type { Command, VisitorActor } from '@pendopo/protocol'
import { describe, expect, it } from 'vitest'
import { newAgent, newId, newVisitor, openCommand, type Hand } from './fixture.ts'

const DAY_MS = 86_400_000
const newFileId = () => randomBytes(16).toString('hex')

const post = (...ids: readonly string[]): Command => ({
  id: newId(),
  kind: 'message.post',
  data: { attachments: ids.map((id) => ({ id })) },
})

/** Files: reserved, complete, a message's; found by what they belong to, and by nobody else. */
export function testFilesContract(hand: () => Hand): void {
  async function reserve(by: VisitorActor, size = 10) {
    const { store, workspace } = hand()
    const id = newFileId()
    const owner = { kind: 'visitor', id: by.identity } as const
    const sum = await store.files.reserve({ workspace, id, by: owner, name: 'a.png', size, secret: 'secret' }, DAY_MS)
    return { id, sum }
  }

  async function upload(by: VisitorActor, size = 10): Promise<string> {
    const { id } = await reserve(by, size)
    const facts = { id, name: 'a.png', type: 'image/png', size, width: 3, height: 2 }
    await hand().store.files.complete(hand().workspace, facts)
    return id
  }

  const unused = async (...ids: readonly string[]) =>
    (await hand().store.files.unused(hand().workspace, ids, DAY_MS)).map(({ attachment }) => attachment.id)

  /** As the log does it: what is named is looked up first. */
  async function submit(visitor: VisitorActor, conversation: string, commands: readonly Command[]) {
    const { store, workspace, append, plan } = hand()
    const ids = commands
      .flatMap(({ data }) => ('attachments' in data ? (data.attachments ?? []) : []))
      .map(({ id }) => id)
    const found = ids.length === 0 ? [] : await store.files.unused(workspace, ids, DAY_MS)
    const files = Object.fromEntries(found.map(({ attachment, by }) => [attachment.id, { attachment, by }]))
    return append(await plan({ kind: 'conversation', id: conversation }, commands, visitor, { files }))
  }

  async function conversationWith(visitor: VisitorActor, ...files: readonly string[]): Promise<string> {
    const open = openCommand()
    expect(await submit(visitor, open.id, [open, post(...files)])).toEqual(['appended'])
    return open.id
  }

  describe('files', () => {
    it('[ST23] of nothing there is nothing, and nothing goes wrong', async () => {
      const { files } = hand().store
      const { workspace } = hand()
      expect(await files.unused(workspace, [], DAY_MS)).toEqual([])
      expect(await files.inConversation(workspace, newId(), [])).toEqual([])
      expect(await files.filesOf(workspace, [])).toEqual([])
      await files.remove([])
    })

    it('[ST23] a file is found once it is complete, with all that is known of it', async () => {
      const { store, workspace, clock } = hand()
      const visitor = newVisitor()
      const { id } = await reserve(visitor)
      expect(await store.files.find(id)).toBeNull()
      expect(await unused(id)).toEqual([])
      const attachment = { id, name: 'b.png', type: 'image/png', size: 7, width: 3, height: 2 }
      await store.files.complete(workspace, attachment)
      const by = { kind: 'visitor', id: visitor.identity }
      const facts = { workspace, by, attachment, secret: 'secret', createdAt: clock.now(), conversation: null }
      expect(await store.files.find(id)).toEqual(facts)
      expect(await unused(id, newFileId())).toEqual([id])
      expect(await store.files.unused(newId(), [id], DAY_MS)).toEqual([])
    })

    it('[ST23] a message takes its files when it is appended, and each belongs to one message', async () => {
      const { store, workspace } = hand()
      const visitor = newVisitor()
      const [one, two, three] = [await upload(visitor), await upload(visitor), await upload(visitor)]
      const before = await hand().plan({ kind: 'conversation', id: newId() }, [], visitor)
      expect(before.events).toEqual([])
      const conversation = await conversationWith(visitor, one, two)
      const other = await conversationWith(visitor, three)
      expect(await unused(one, two, three)).toEqual([])
      const named = async (id: string, ...ids: readonly string[]) =>
        (await store.files.inConversation(workspace, id, ids)).map(({ attachment }) => attachment.id).toSorted()
      expect(await named(conversation, one, two, three)).toEqual([one, two].toSorted())
      expect(await named(other, one, two)).toEqual([])
      const all = await store.files.filesOf(workspace, [conversation, other, newId()])
      expect(all.map((file) => [file.attachment.id, file.conversation]).toSorted()).toEqual(
        [
          [one, conversation],
          [two, conversation],
          [three, other],
        ].toSorted(),
      )
      expect(await store.files.filesOf(newId(), [conversation])).toEqual([])
      expect((await store.files.find(one))?.conversation).toBe(conversation)
    })

    it('[ST23] a message that names a file which is taken meanwhile is a conflict and stores nothing', async () => {
      const { plan, append, store, workspace, state } = hand()
      const visitor = newVisitor()
      const file = await upload(visitor)
      const found = await store.files.unused(workspace, [file], DAY_MS)
      const files = Object.fromEntries(found.map(({ attachment, by }) => [attachment.id, { attachment, by }]))
      const [first, second] = [openCommand(), openCommand()]
      const planned = async (open: Command) =>
        plan({ kind: 'conversation', id: open.id }, [open, post(file)], visitor, { files })
      const [one, two] = [await planned(first), await planned(second)]
      expect(await append(one)).toEqual(['appended'])
      const innocent = newVisitor()
      const third = openCommand()
      const bystander = await plan({ kind: 'conversation', id: third.id }, [third], innocent)
      expect(await append(two, bystander)).toEqual(['conflict', 'appended'])
      expect((await state({ kind: 'conversation', id: second.id })).state).toBeNull()
      expect((await store.files.find(file))?.conversation).toBe(first.id)
    })

    it('[ST23] a row of a list shows the names of files where a message has no text', async () => {
      const visitor = newVisitor()
      const conversation = await conversationWith(visitor, await upload(visitor), await upload(visitor))
      const query = { list: 'all', status: 'open', limit: 10 } as const
      const { rows } = await hand().store.conversations.list(hand().workspace, newAgent(), query)
      expect(rows.find(({ state }) => state.id === conversation)?.preview).toBe('a.png, a.png')
    })

    it('[ST24] reserved bytes count for their owner until the time is over', async () => {
      const { clock, store } = hand()
      const visitor = newVisitor()
      expect((await reserve(visitor, 100)).sum).toBe(100)
      await upload(visitor, 20)
      await reserve(newVisitor(), 1_000)
      const { id, sum } = await reserve(visitor, 3)
      expect(sum).toBe(123)
      await store.files.remove([id])
      expect((await reserve(visitor, 4)).sum).toBe(124)
      clock.advance(DAY_MS)
      expect((await reserve(visitor, 5)).sum).toBe(5)
    })

    it('[ST24] what no message has used in time is left over, and removed it is gone', async () => {
      const { clock, store } = hand()
      const visitor = newVisitor()
      const used = await upload(visitor)
      await conversationWith(visitor, used)
      const [whole, half] = [await upload(visitor), (await reserve(visitor)).id]
      clock.advance(DAY_MS)
      const young = await upload(visitor)
      expect(await unused(whole, young)).toEqual([young])
      expect((await store.files.leftOver(DAY_MS, 10)).toSorted()).toEqual([whole, half].toSorted())
      expect(await store.files.leftOver(DAY_MS, 1)).toHaveLength(1)
      await store.files.remove([whole, half])
      expect(await store.files.leftOver(DAY_MS, 10)).toEqual([])
      expect(await store.files.find(whole)).toBeNull()
      expect(await store.files.find(used)).not.toBeNull()
    })
  })
}
