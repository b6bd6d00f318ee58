// Links of mails at the fake server: each is good once, and gives whoever opens it sight of its conversation.

import type { WireError } from '@pendopo/protocol'

export interface FakeResume {
  /** A new link's token. */
  link(conversation: string, isExpired: boolean): string
  /** Whose conversations these identities may see besides their own. */
  provenBy(identities: readonly string[]): readonly string[]
  /** Answers `POST /{site}/resume` for whoever it comes from; `null`: nobody. */
  answer(request: Request, identity: string | null): Promise<Response>
}

export function createFakeResume(identitiesIn: (conversation: string) => readonly string[]): FakeResume {
  const links = new Map<string, { readonly conversation: string; readonly isExpired: boolean }>()
  const proven = new Map<string, readonly string[]>()

  return {
    link(conversation, isExpired) {
      const token = `link-${links.size + 1}`
      links.set(token, { conversation, isExpired })
      return token
    },
    provenBy: (identities) => identities.flatMap((identity) => proven.get(identity) ?? []),
    async answer(request, identity) {
      if (identity === null) return failure(401, { code: 'unauthenticated', message: 'no token' })
      const body: unknown = await request.json()
      const token = typeof body === 'object' && body !== null && 'token' in body ? String(body.token) : ''
      const link = links.get(token)
      if (link === undefined) return failure(404, { code: 'not_found', message: 'no such link' })
      if (link.isExpired) return failure(410, { code: 'not_found', message: 'the link has expired' })
      links.delete(token)
      proven.set(identity, [...(proven.get(identity) ?? []), ...identitiesIn(link.conversation)])
      return Response.json({ conversation: link.conversation })
    },
  }
}

/** Whether a request brings a link. */
export const isAboutLinks = ({ url }: Request): boolean => new URL(url).pathname.endsWith('/resume')

const failure = (status: number, error: WireError) => Response.json({ error }, { status })
