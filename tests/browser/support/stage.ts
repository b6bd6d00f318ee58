// What most of these tests need: a server of their own and a browser, for as long as their file runs.

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { startServer, type TestServer } from '../../support/server.ts'
import { launchBrowser } from './browser.ts'

export interface Stage {
  readonly server: TestServer
  readonly browser: Browser
}

/** To be called once at the top of a file; what it returns is there once the first test runs. */
export function openStage(): Stage {
  let stage: Stage | undefined
  const ready = (): Stage => {
    if (stage === undefined) throw new Error('unable to use the stage; it opens with the first test')
    return stage
  }
  beforeAll(async () => {
    const [server, browser] = await Promise.all([startServer(), launchBrowser()])
    stage = { server, browser }
  })
  afterAll(async () => {
    await stage?.browser.close()
    await stage?.server.close()
  })
  return {
    get server() {
      return ready().server
    },
    get browser() {
      return ready().browser
    },
  }
}
