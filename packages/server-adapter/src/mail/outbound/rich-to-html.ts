// What people wrote, as elements: the small Markdown of messages.

import type { RichNode } from '@pendopo/protocol/rich-text'
import { element, type HtmlElement, type HtmlNode } from './html-element.ts'
import type { MailColours } from './mail-colours.ts'
import { MONO, WRAP } from './mail-style.ts'
import { toMailUrl, type MailUrl } from './mail-url.ts'

export function createRichHtml(colours: MailColours) {
  const link = (url: MailUrl, label: string): HtmlElement =>
    element('a', { class: 'p-link', href: url, style: `color:${colours.linkLight};text-decoration:underline` }, label)

  const rich = (nodes: readonly RichNode[]): HtmlNode[] => nodes.flatMap(richNode)

  function richNode(node: RichNode): HtmlNode[] {
    if (typeof node === 'string') return lines(node)
    switch (node.type) {
      case 'bold':
        return [element('strong', {}, ...rich(node.children))]
      case 'italic':
        return [element('em', {}, ...rich(node.children))]
      case 'code':
        return [element('code', { style: `font-family:${MONO};font-size:13px` }, node.text)]
      case 'block':
        return [
          element(
            'pre',
            { dir: 'ltr', style: `margin:8px 0;font-family:${MONO};font-size:13px;white-space:pre-wrap;${WRAP}` },
            node.text,
          ),
        ]
      case 'link': {
        // Parsed from text that may have been stored long ago: asked again here, because here it becomes an address.
        const url = toMailUrl(node.url)
        return url === null ? [node.text] : [link(url, node.text)]
      }
    }
  }

  return { link, rich }
}

/** Text with its line ends as elements: `white-space` is not respected everywhere. */
export const lines = (text: string): HtmlNode[] =>
  text.split('\n').flatMap((line, index): HtmlNode[] => (index === 0 ? [line] : [element('br', {}), line]))
