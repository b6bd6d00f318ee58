// The configuration of one site's widget. The server writes it as JSON in place of the literal "__PENDOPO_CONFIG__" in
// `dist/files/loader.js`; the loader reads it and hands it on to the chat. All of it is public: it is part of a script.

import type { Texts } from './locale/texts.ts'
import type { MailWords } from './mail/words.ts'

export interface WidgetConfig {
  /** The site's id: what `Pendopo.get(site)` finds, and what the address of the script ends in. */
  readonly site: string
  /** The site's name, shown in the header until an agent has answered. */
  readonly name: string
  /** The file of `dist/files/assets` that `dist/files/manifest.json` names as `entry`. */
  readonly entry: string
  /** `#rgb` or `#rrggbb`; anything else counts as absent. Default: nila, `#4b53c2`. */
  readonly accent?: string
  /** The corner at the bottom. Default `right`, also in right-to-left languages. */
  readonly position?: 'right' | 'left'
  /** Pixels from the side and from the bottom edge. Default 20 and 20. */
  readonly offset?: readonly [number, number]
  /** Default `auto`: the visitor's system decides. */
  readonly scheme?: 'auto' | 'light' | 'dark'
  /** A language tag such as `id`. Default: the browser's language; English where there is no pack for it. */
  readonly locale?: string
  /** The words above the first message. Default: the `greeting` of the language pack. */
  readonly greeting?: string
  /** Replaces single words of the language pack. */
  readonly texts?: Partial<Texts & MailWords>
  /** `true` paints nothing until `Pendopo.show()` or `Pendopo.open()`. Default `false`. */
  readonly hidden?: boolean
}
