// What people wrote, with the small Markdown that the widget shows too.

import { renderRichText } from '@pendopo/sdk/rich-text'
import { h, type ComponentChildren } from 'preact'

export function RichText({ text }: { readonly text: string }) {
  return <>{renderRichText<ComponentChildren>(text, h)}</>
}
