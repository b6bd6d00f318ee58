// What people wrote, with the small Markdown that the widget shows too: made of nodes, so nothing of it is ever HTML. A
// link says nothing about us to where it leads.

import { parseRichText, type RichNode } from '@pendopo/sdk/rich-text'

export function RichText({ text }: { readonly text: string }) {
  return <>{parseRichText(text).map(toNode)}</>
}

function toNode(node: RichNode) {
  if (typeof node === 'string') return node
  switch (node.type) {
    case 'bold':
      return <strong>{node.children.map(toNode)}</strong>
    case 'italic':
      return <em>{node.children.map(toNode)}</em>
    case 'code':
      return <code>{node.text}</code>
    case 'block':
      return <pre dir="ltr">{node.text}</pre>
    case 'link':
      // The tooltip shows where a link with a name of its own really leads.
      return (
        <a href={node.url} title={node.url} target="_blank" rel="noopener noreferrer">
          {node.text}
        </a>
      )
  }
}
