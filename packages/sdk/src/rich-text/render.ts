// The small Markdown as elements of any framework that makes them by a function `h(tag, props, ...children)`, as Preact,
// React and Vue do. Text goes in as text, so nothing of a message is ever HTML.

import { parseRichText, type RichNode } from '@pendopo/protocol/rich-text'

/** Properties that elements of rich text have. */
export interface RichProps {
  readonly dir?: 'ltr'
  readonly href?: string
  readonly title?: string
  readonly target?: string
  readonly rel?: string
}

export type CreateElement<Element> = (
  tag: 'strong' | 'em' | 'code' | 'pre' | 'a',
  props: RichProps | null,
  ...children: (Element | string)[]
) => Element

/** What to put where the message is shown; a link opens elsewhere and says nothing about us to where it leads. */
export function renderRichText<Element>(text: string, h: CreateElement<Element>): (Element | string)[] {
  const toElement = (node: RichNode): Element | string => {
    if (typeof node === 'string') return node
    switch (node.type) {
      case 'bold':
        return h('strong', null, ...node.children.map(toElement))
      case 'italic':
        return h('em', null, ...node.children.map(toElement))
      case 'code':
        return h('code', null, node.text)
      case 'block':
        return h('pre', { dir: 'ltr' }, node.text)
      case 'link': {
        const { url } = node
        // The tooltip shows where a link with a name of its own really leads.
        return h('a', { href: url, title: url, target: '_blank', rel: 'noopener noreferrer nofollow' }, node.text)
      }
    }
  }
  return parseRichText(text).map(toElement)
}
