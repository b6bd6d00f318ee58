import { createChat } from '@pendopo/sdk'
import type { MountContext, MountedChat } from './api.ts'
import { mountChat } from './mount.tsx'

/** What the loader imports: the chat of a site on the server its script came from. */
export const mount = (context: MountContext): Promise<MountedChat> => {
  const { base, config } = context
  return mountChat(
    context,
    createChat({ server: base, site: config.site, locale: config.locale ?? navigator.language }),
  )
}
