/** The id of the command that an event came of: what a held mail goes by. The event's own adds its number. */
export const toCommandId = ({ id }: { readonly id: string }): string => id.split(':', 1)[0] ?? id
