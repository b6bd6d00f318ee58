// `file-urls`: from a file to its message's conversation to the session. Who may see the one may load the other.

import type { GatewayContext } from '../context.ts'
import { defineHandler } from '../define-handler.ts'
import { seeConversation } from '../see-conversation.ts'

export function fileUrlsHandler({ store, fileUrls }: GatewayContext) {
  return defineHandler('file-urls', async (session, { conversation, files }) => {
    await seeConversation(store, session, conversation)
    const found = await store.files.inConversation(session.workspace, conversation, files)
    return {
      urls: found.map((file) => ({ id: file.attachment.id, url: fileUrls.of(file) })),
      expiresIn: fileUrls.holdsMs,
    }
  })
}
