// HTML as a tree, written out in one place. Text is a string in the tree and is escaped there; the only attributes are those
// typed here, an address has to be a `MailUrl`, and there is no way to put in a piece of HTML. So nothing that anybody typed
// can be markup, whoever builds the tree. Could be replaced by any renderer with text nodes.

import type { MailUrl } from './mail-url.ts'

export type HtmlTag =
  | 'a'
  | 'bdi'
  | 'blockquote'
  | 'body'
  | 'br'
  | 'code'
  | 'div'
  | 'em'
  | 'h1'
  | 'h2'
  | 'head'
  | 'html'
  | 'li'
  | 'meta'
  | 'p'
  | 'pre'
  | 'span'
  | 'strong'
  | 'title'
  | 'ul'

export interface HtmlAttributes {
  readonly lang?: string
  readonly dir?: 'ltr' | 'rtl' | 'auto'
  readonly class?: string
  readonly style?: string
  readonly href?: MailUrl
  readonly name?: string
  readonly content?: string
  readonly charset?: 'utf-8'
}

/** The one place for CSS that is not inline; made of constants and colours only. */
export interface HtmlStyleSheet {
  readonly css: string
}

export interface HtmlElement {
  readonly tag: HtmlTag
  readonly attributes: HtmlAttributes
  readonly children: readonly HtmlNode[]
}

export type HtmlNode = string | HtmlElement | HtmlStyleSheet

const VOID: readonly HtmlTag[] = ['br', 'meta']

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escape = (text: string): string => text.replace(/[&<>"']/g, (char) => ESCAPES[char] ?? '')

export const element = (tag: HtmlTag, attributes: HtmlAttributes, ...children: readonly HtmlNode[]): HtmlElement => ({
  tag,
  attributes,
  children,
})

export function toHtml(node: HtmlNode): string {
  if (typeof node === 'string') return escape(node)
  if ('css' in node) return `<style>${node.css.replaceAll('<', '')}</style>`
  const attributes = Object.entries(node.attributes)
    .map(([name, value]) => ` ${name}="${escape(typeof value === 'string' ? value : value.href)}"`)
    .join('')
  if (VOID.includes(node.tag)) return `<${node.tag}${attributes}>`
  return `<${node.tag}${attributes}>${node.children.map(toHtml).join('')}</${node.tag}>`
}
