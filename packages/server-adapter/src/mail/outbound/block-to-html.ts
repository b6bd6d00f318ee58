// Each block of a page as an element with inline styles.

import { element, type HtmlElement } from './html-element.ts'
import { LIGHT, type MailColours } from './mail-colours.ts'
import type { MailBlock, MailPage, PageFile } from './mail-page.ts'
import { MONO, textStyle } from './mail-style.ts'
import type { MailUrl } from './mail-url.ts'
import { createRichHtml, lines } from './rich-to-html.ts'

/** `start` is the side where lines of the language begin. */
export function createView(colours: MailColours, start: 'left' | 'right') {
  const { link, rich } = createRichHtml(colours)

  const files = (list: readonly PageFile[], margin: string): HtmlElement[] =>
    list.length === 0
      ? []
      : [
          element(
            'ul',
            { style: `margin:${margin} 0 0;padding:0;list-style:none` },
            ...list.map(({ name, size, url }) =>
              element(
                'li',
                { style: `margin:4px 0 0;${textStyle(15, LIGHT.text)}`, class: 'p-text' },
                element('bdi', {}, link(url, name)),
                ' ',
                element(
                  'span',
                  { class: 'p-muted', style: `color:${LIGHT.muted};font-size:13px;white-space:nowrap` },
                  size,
                ),
              ),
            ),
          ),
        ]

  function message({ head, body, files: list, side, isQuiet }: MailBlock & { kind: 'message' }): HtmlElement {
    const edge = side === 'team' ? colours.accent : LIGHT.line
    const size = isQuiet ? 13 : 15
    return element(
      'div',
      { style: `margin:${head === null ? '-8px' : '0'} 0 ${isQuiet ? 12 : 16}px` },
      ...(head === null
        ? []
        : [
            element(
              'p',
              { class: 'p-muted', style: `margin:0 0 4px;${textStyle(13, LIGHT.muted)}` },
              element('strong', { class: 'p-text', style: `color:${LIGHT.text}` }, element('bdi', {}, head.author)),
              ` ${head.time}`,
            ),
          ]),
      element(
        'div',
        {
          class: side === 'team' ? 'p-bubble p-edge' : 'p-bubble p-line',
          style: `background-color:${LIGHT.bubble};border-${start}:3px solid ${edge};border-radius:6px;padding:12px 16px`,
        },
        ...(body.length === 0
          ? []
          : [element('div', { dir: 'auto', class: 'p-text', style: textStyle(size, LIGHT.text) }, ...rich(body))]),
        ...files(list, body.length === 0 ? '-4px' : '8px'),
      ),
    )
  }

  function block(block: MailBlock): HtmlElement {
    switch (block.kind) {
      case 'title':
        return element(
          'h1',
          { class: 'p-text', style: `margin:0 0 16px;font-weight:600;${textStyle(22, LIGHT.text)};line-height:1.25` },
          block.text,
        )
      case 'section':
        return element(
          'h2',
          { class: 'p-text', style: `margin:24px 0 12px;font-weight:600;${textStyle(15, LIGHT.text)}` },
          block.text,
        )
      case 'line': {
        const colour = block.isQuiet === true ? LIGHT.muted : LIGHT.text
        return element(
          'p',
          {
            class: block.isQuiet === true ? 'p-muted' : 'p-text',
            style: `margin:0 0 16px;${textStyle(block.isQuiet === true ? 13 : 15, colour)}`,
          },
          block.text,
        )
      }
      case 'message':
        return message(block)
      case 'prose':
        return element(
          'div',
          { style: 'margin:0 0 24px' },
          element('div', { dir: 'auto', class: 'p-text', style: textStyle(15, LIGHT.text) }, ...rich(block.body)),
          ...files(block.files, '16px'),
        )
      case 'signature':
        return element(
          'p',
          { class: 'p-muted', style: `margin:0 0 24px;${textStyle(13, LIGHT.muted)}` },
          element('strong', { class: 'p-text', style: `color:${LIGHT.text}` }, element('bdi', {}, block.name)),
          element('br', {}),
          element('bdi', {}, block.site),
        )
      case 'quote':
        return element(
          'div',
          {},
          element('p', { class: 'p-muted', style: `margin:0 0 8px;${textStyle(13, LIGHT.muted)}` }, block.intro),
          element(
            'blockquote',
            {
              dir: 'auto',
              class: 'p-muted p-line',
              style: `margin:0;padding:0 16px;border-${start}:3px solid ${LIGHT.line};${textStyle(13, LIGHT.muted)}`,
            },
            ...lines(block.text),
          ),
        )
      case 'code':
        return element(
          'p',
          {
            dir: 'ltr',
            class: 'p-bubble p-text',
            style: `display:inline-block;margin:0 0 4px;padding:12px 20px;background-color:${LIGHT.bubble};border-radius:10px;color:${LIGHT.text};font-family:${MONO};font-size:22px;line-height:1.25;letter-spacing:4px`,
          },
          block.text,
        )
      case 'button':
        return element(
          'p',
          { style: 'margin:20px 0' },
          element(
            'a',
            {
              class: 'p-edge',
              href: block.url,
              // Outlook has no padding on links; there the border gives the button its size.
              style: `display:inline-block;background-color:${colours.accent};border:1px solid ${colours.accent};border-radius:10px;padding:12px 20px;color:${colours.ink};font-size:15px;line-height:1.25;font-weight:600;text-decoration:none`,
            },
            block.label,
          ),
        )
    }
  }

  return {
    block,
    letterhead: ({ name, url }: { readonly name: string; readonly url: MailUrl | null }): HtmlElement =>
      element(
        'p',
        { style: `margin:0 0 24px;${textStyle(15, colours.linkLight)};font-weight:600`, class: 'p-link' },
        url === null
          ? element('bdi', {}, name)
          : element(
              'a',
              { href: url, class: 'p-link', style: `color:${colours.linkLight};text-decoration:none` },
              element('bdi', {}, name),
            ),
      ),
    footer: (lines: MailPage['footer']): HtmlElement =>
      element(
        'div',
        { class: 'p-line', style: `margin:32px 0 0;padding:16px 0 0;border-top:1px solid ${LIGHT.line}` },
        ...lines.map(({ text: label, url }) =>
          element(
            'p',
            { class: 'p-muted', style: `margin:0 0 8px;${textStyle(12, LIGHT.muted)}` },
            url === undefined
              ? label
              : element(
                  'a',
                  { href: url, class: 'p-muted', style: `color:${LIGHT.muted};text-decoration:underline` },
                  label,
                ),
          ),
        ),
      ),
  }
}
