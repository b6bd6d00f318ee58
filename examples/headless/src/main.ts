// A whole chat on the headless SDK: everything shown comes from its stores, everything done is a method of it.

import { createChat, type ThreadItem } from '@pendopo/sdk'

const find = <T extends Element>(selector: string, type: new () => T): T => {
  const element = document.querySelector(selector)
  if (!(element instanceof type)) throw new Error(`the page has no ${selector}`)
  return element
}
const { server = '', site = '' } = find('main', HTMLElement).dataset
const chat = createChat({ server, site })
const conversation = chat.conversation()
const thread = find('#thread', HTMLOListElement)
const form = find('#composer', HTMLFormElement)
const input = find('#composer input', HTMLInputElement)

function toElement(item: ThreadItem): HTMLLIElement[] {
  if (item.type !== 'message') return []
  const line = document.createElement('li')
  line.className = item.mine ? 'mine' : 'theirs'
  const note = document.createElement('small')
  note.textContent = item.mine ? item.status : item.author.name
  line.append(item.text ?? 'This message was deleted.', note)
  return [line]
}

conversation.$messages.subscribe((items) => {
  thread.replaceChildren(...items.flatMap(toElement))
  if (items.length > 0) conversation.markRead()
})
conversation.$typing.subscribe((people) => {
  find('#typing', HTMLElement).textContent = people.map(({ name }) => `${name} is typing …`).join(' ')
})
chat.$connection.subscribe((connection) => {
  find('#status', HTMLElement).textContent = connection
})

input.addEventListener('input', () => conversation.typing())
form.addEventListener('submit', (event) => {
  event.preventDefault()
  conversation.send({ text: input.value })
  form.reset()
})

if (await chat.isReturning()) chat.connect()
