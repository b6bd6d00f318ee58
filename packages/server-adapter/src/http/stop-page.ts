// Where a mail's stop link leads, in the language that the browser asks for. Words of ours alone; nothing that came in is in
// it.

import type { Context } from 'hono'
import { languageOf } from '../mail/outbound/texts.ts'
import type { HttpEnv } from './http-env.ts'

export function stopPage(context: Context<HttpEnv>, state: 'ask' | 'done' | 'gone'): Response {
  const { tag, direction, texts } = languageOf(...(context.req.header('accept-language') ?? '').split(','))
  const text = { ask: texts.stopAsk, done: texts.stopDone, gone: texts.stopGone }[state]
  const button = state === 'ask' ? `<form method="post"><button>${texts.stopButton}</button></form>` : ''
  context.header(
    'Content-Security-Policy',
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
  )
  context.header('Cache-Control', 'no-store')
  context.header('Vary', 'Accept-Language')
  context.header('X-Robots-Tag', 'noindex')
  return context.html(
    `<!doctype html><html lang="${tag}" dir="${direction}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${texts.unsubscribe}</title>` +
      '<style>body{font:16px/1.5 system-ui,sans-serif;max-width:28em;margin:15vh auto;padding:0 20px;color-scheme:light dark}' +
      'button{font:inherit;padding:10px 18px;border:0;border-radius:10px;background:#4f46b8;color:#fff}</style>' +
      `<h1 style="font-size:22px">${texts.unsubscribe}</h1><p>${text}</p>${button}</html>`,
    state === 'gone' ? 404 : 200,
  )
}
