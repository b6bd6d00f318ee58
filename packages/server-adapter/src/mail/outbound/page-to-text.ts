// The text part. `>` stands before what is quoted and nowhere else, so that nothing looks like a quotation that is none.

import type { RichNode } from '@pendopo/protocol/rich-text'
import type { MailBlock, MailPage, PageFile } from './mail-page.ts'

export function pageToText({ letterhead, blocks, footer }: MailPage): string {
  const parts = blocks.map(blockToText)
  if (letterhead !== null) parts.unshift(letterhead.name)
  if (footer.length > 0)
    parts.push(
      ['--', ...footer.map(({ text, url }) => (url === undefined ? text : `${text}:\n${url.href}`))].join('\n'),
    )
  return `${parts.join('\n\n')}\n`
}

function blockToText(block: MailBlock): string {
  switch (block.kind) {
    case 'title':
    case 'section':
    case 'line':
    case 'code':
      return block.text
    case 'message':
      return [
        ...(block.head === null ? [] : [`${block.head.author}, ${block.head.time}`]),
        ...bodyToText(block.body, block.files),
      ].join('\n')
    case 'prose':
      return bodyToText(block.body, block.files).join('\n\n')
    case 'signature':
      return `${block.name}\n${block.site}`
    case 'quote':
      return `${block.intro}\n${quoted(block.text)}`
    case 'button':
      return `${block.label}:\n${block.url.href}`
  }
}

const bodyToText = (body: readonly RichNode[], files: readonly PageFile[]): string[] => [
  ...(body.length === 0 ? [] : [richToText(body).trim()]),
  ...files.map(({ name, size, url }) => `${name} (${size}):\n${url.href}`),
]

export function richToText(nodes: readonly RichNode[]): string {
  return nodes.map(nodeToText).join('')
}

function nodeToText(node: RichNode): string {
  if (typeof node === 'string') return node
  switch (node.type) {
    case 'bold':
      return `*${richToText(node.children)}*`
    case 'italic':
      return `_${richToText(node.children)}_`
    case 'code':
      return node.text
    case 'block':
      return `\n${indent(node.text)}\n`
    case 'link':
      return isShown(node.text, node.url) ? node.text : `${node.text} (${node.url})`
  }
}

const quoted = (text: string): string =>
  text.replace(/^(.?)/gm, (_, first: string) => (first === '' ? '>' : `> ${first}`))
const indent = (text: string): string => text.replace(/^(?=.)/gm, '    ')

/** Whether the words of a link are its address already. */
const isShown = (text: string, url: string): boolean =>
  [text, `${text}/`, `mailto:${text}`, `https://${text}`, `https://${text}/`].includes(url)
