/** What every sender says: 96 characters, about the length of a line in a real chat. Needs no escaping in JSON. */
export const TEXT = 'Hello, I ordered a batik shirt last week and would like to know when it will be sent. Thank you.'
