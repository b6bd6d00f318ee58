// The words that are not sent yet, kept for a reload of this tab. sessionStorage, because two tabs are two drafts and a
// shared computer should forget; storage that throws only means that a reload forgets them.

export interface Draft {
  read(): string
  write(text: string): void
}

/** The draft of a site. */
export function createDraft(site: string): Draft {
  const key = `pendopo:${site}:draft`
  return {
    read() {
      try {
        return sessionStorage.getItem(key) ?? ''
      } catch {
        return ''
      }
    },
    write(text) {
      try {
        if (text === '') sessionStorage.removeItem(key)
        else sessionStorage.setItem(key, text)
      } catch {
        // It is still in the field.
      }
    },
  }
}
