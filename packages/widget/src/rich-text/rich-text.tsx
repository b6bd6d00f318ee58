import { parseRichText, type RichNode } from '@pendopo/sdk/rich-text'

/** A message's words as nodes: text stays text, whatever it looks like. */
export function RichText({ text }: { text: string }) {
  return parseRichText(text).map(toNode)
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
        <a href={node.url} title={node.url} target="_blank" rel="noopener noreferrer nofollow">
          {node.text}
        </a>
      )
  }
}
