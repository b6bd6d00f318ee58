// What a contact is called. Everybody in a list needs a name, so one is made of the contact's id; a name that somebody gave
// goes before it, whichever of their identities it came with: a browser, an account, an address.

/** As the directory has it. */
interface Named {
  readonly contact: string
  readonly name: string
}

/** "Visitor 3F9A": enough to tell two of a day apart. */
export const madeUpName = (contact: string): string => `Visitor ${contact.slice(0, 4).toUpperCase()}`

/** Empty where nobody gave one. */
export const givenName = ({ contact, name }: Named): string => (name === madeUpName(contact) ? '' : name)

/** The first name that was given to one of these identities; empty where none was. */
export function givenNameAmong(identities: readonly string[], people: ReadonlyMap<string, Named>): string {
  for (const identity of identities) {
    const person = people.get(identity)
    const name = person === undefined ? '' : givenName(person)
    if (name !== '') return name
  }
  return ''
}
