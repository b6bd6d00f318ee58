// The HTML part: plain elements with inline styles, because Gmail drops style sheets when it forwards and Outlook knows
// neither flex nor grid. The one style sheet turns the colours for programs that ask for a dark scheme; those that turn
// colours by themselves find pairs with room. Nothing is loaded from anywhere.

import { createView } from './block-to-html.ts'
import { element, toHtml } from './html-element.ts'
import { DARK, LIGHT, type MailColours } from './mail-colours.ts'
import type { MailPage } from './mail-page.ts'
import { FONT } from './mail-style.ts'
import type { MailLanguage } from './texts.ts'

/** Classes exist for the dark scheme alone; inline styles have to be overruled. */
function darkSheet({ linkDark, edgeDark }: MailColours): string {
  const set = (name: string, css: string): string => `.${name}{${css.replaceAll(';', ' !important;')} !important}`
  return `@media (prefers-color-scheme:dark){${[
    set('p-ground', `background-color:${DARK.ground}`),
    set('p-bubble', `background-color:${DARK.bubble}`),
    set('p-text', `color:${DARK.text}`),
    set('p-muted', `color:${DARK.muted}`),
    set('p-link', `color:${linkDark}`),
    set('p-line', `border-color:${DARK.line}`),
    set('p-edge', `border-color:${edgeDark}`),
  ].join('')}}`
}

export function pageToHtml(page: MailPage, { tag, direction }: MailLanguage, colours: MailColours): string {
  const start = direction === 'rtl' ? 'right' : 'left'
  const view = createView(colours, start)
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { name: 'viewport', content: 'width=device-width,initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('meta', { name: 'supported-color-schemes', content: 'light dark' }),
    element('meta', { name: 'format-detection', content: 'telephone=no,date=no,address=no,email=no' }),
    element('title', {}, page.subject),
    { css: `:root{color-scheme:light dark;supported-color-schemes:light dark}${darkSheet(colours)}` },
  )
  const content = element(
    'div',
    {
      class: 'p-ground',
      dir: direction,
      lang: tag,
      style: `max-width:552px;margin:0 auto;padding:24px;background-color:${LIGHT.ground};text-align:${start};font-family:${FONT}`,
    },
    ...(page.letterhead === null ? [] : [view.letterhead(page.letterhead)]),
    ...page.blocks.map(view.block),
    ...(page.footer.length === 0 ? [] : [view.footer(page.footer)]),
  )
  const body = element(
    'body',
    { class: 'p-ground', dir: direction, style: `margin:0;padding:0;background-color:${LIGHT.ground}` },
    content,
  )
  return `<!doctype html>\n${toHtml(element('html', { lang: tag, dir: direction }, head, body))}\n`
}
