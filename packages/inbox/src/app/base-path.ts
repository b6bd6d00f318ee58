// Where the inbox is mounted, found out at run time: the same files work at `/inbox/`, at `/chat/inbox/` or anywhere
// else. The script knows its own address, `{mount}/inbox/assets/<name>.js`, and that is all that is needed.

/** Paths without a trailing slash: of the inbox, and of the server it belongs to. */
export interface Mount {
  readonly inbox: string
  readonly server: string
}

/** Works the mount out of the script's address; a page that was not built (a gallery) counts as its own mount. */
export function toMount(scriptUrl: string, pageUrl: string): Mount {
  const script = new URL(scriptUrl)
  const built = /^(?<inbox>.*)\/assets\/[^/]+$/u.exec(script.pathname)
  const inbox = built?.groups?.inbox ?? new URL('.', pageUrl).pathname.replace(/\/$/u, '')
  return { inbox, server: script.origin + inbox.replace(/\/[^/]*$/u, '') }
}
