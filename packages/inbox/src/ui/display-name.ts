/** A visitor who told nobody who they are still needs a name: of the contact's id, the one that the server's lists use. */
export const toDisplayName = (name: string, contact: string): string =>
  name.trim() || `Visitor ${contact.slice(0, 4).toUpperCase()}`
