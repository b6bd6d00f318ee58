// Text functions on as much text as a frame may bring of the shapes that make backtracking expressions hang.

import { expect, it } from 'vitest'
import { MessageText, storableText, Uuid } from '@pendopo/protocol/schemas'
import * as v from 'valibot'
import { readSessionCookie } from './auth/cookies.ts'
import { toFileName } from './files/file-name.ts'
import { Decoder } from './gateway/text-parser.ts'
import { toSiteId } from './sites/create-site.ts'
import { normaliseOrigin } from './sites/normalise-origin.ts'

const LENGTH = 16_384
const AT_MOST_MS = 20
/**
 * Processor time counts, and of so many runs the best: a busy machine or a collection of garbage slows the others, a
 * quadratic function is slow in all.
 */
const RUNS = 10

const fill = (piece: string) => piece.repeat(Math.ceil(LENGTH / piece.length)).slice(0, LENGTH)
const SHAPES = {
  letters: fill('a'),
  spaces: `${fill(' ')}x`,
  'open brackets': fill('['),
  'brackets and parentheses': fill('[]('),
  stars: fill('*'),
  'stars and letters': fill('*a'),
  underscores: fill('_ '),
  backticks: fill('`'),
  addresses: fill('https://a.b/'),
  'at signs': fill('a@'),
  dots: fill('a.'),
  'joined emoji': fill('👩‍'),
  surrogates: fill('\uD83D'),
  'line ends': fill('\n'),
  colons: fill('mailto:'),
  'nested namespaces': `42${fill('/')}`,
}

/** How long it takes to refuse is what counts, too. */
function orRefusal(run: () => unknown): void {
  try {
    run()
  } catch {
    // Refused.
  }
}

const FUNCTIONS: Readonly<Record<string, (text: string) => unknown>> = {
  toFileName: (text) => orRefusal(() => toFileName(text)),
  toSiteId,
  normaliseOrigin,
  messageText: (text) => v.safeParse(MessageText, text),
  storableText: (text) => v.safeParse(storableText(LENGTH), text),
  uuid: (text) => v.safeParse(Uuid, text),
  cookie: (text) => readSessionCookie({ cookie: text }),
  frame: (text) => orRefusal(() => new Decoder().add(text)),
}

it.each(Object.entries(FUNCTIONS))('[SC34] %s takes every shape in its stride', (_name, run) => {
  for (const [shape, text] of Object.entries(SHAPES)) {
    const took = Array.from({ length: RUNS }, () => {
      const before = process.cpuUsage()
      run(text)
      const { user, system } = process.cpuUsage(before)
      return (user + system) / 1_000
    })
    expect(Math.min(...took), shape).toBeLessThanOrEqual(AT_MOST_MS)
  }
})
