import type { WidgetConfig } from '../config.ts'
import { startLoader } from './loader.ts'

/** The build leaves the literal "__PENDOPO_CONFIG__" in this place, and the server puts the site's JSON there. */
declare const __PENDOPO_CONFIG__: WidgetConfig

const script = document.currentScript
if (script instanceof HTMLScriptElement) {
  // …/{site}/widget.js is served beside …/assets/widget/. `import()` from here inherits the script's nonce. A page that
  // pins what it loads (`integrity`) has the hashes by address: under another address nothing would be checked.
  startLoader(
    __PENDOPO_CONFIG__,
    new URL('../', script.src).href,
    (url) => import(/* @vite-ignore */ script.integrity ? url.replace(/\?.*/, '') : url),
  )
}
