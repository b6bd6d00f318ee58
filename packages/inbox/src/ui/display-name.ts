/** Empty names happen: a visitor who told nobody who they are still needs one. */
export const toDisplayName = (name: string, id: string): string => name.trim() || `Visitor ${id.slice(-4)}`
