/** What inline styles are made of. Sizes as in the widget: 12, 13, 15, 22 px. */

export const FONT = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
export const MONO = 'ui-monospace,SFMono-Regular,Menlo,Consolas,monospace'
export const WRAP = 'overflow-wrap:anywhere;word-break:break-word'

export const textStyle = (size: 12 | 13 | 15 | 22, colour: string): string =>
  `font-size:${size}px;line-height:1.45;color:${colour};${WRAP}`
