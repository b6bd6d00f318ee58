import { createChat } from '@pendopo/sdk'
import type { MountContext, MountedChat } from './api.ts'
import { mountChat } from './mount.tsx'

/** What the loader imports: the chat of a site on the server its script came from. */
export const mount = (context: MountContext): Promise<MountedChat> =>
  mountChat(context, createChat({ server: context.base, site: context.config.site }))
