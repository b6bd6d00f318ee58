// A visitor of a simulated world: one browser with some tabs, each the real chat, watched for who sends.

import type { Chat } from '../chat.ts'
import { createChat } from '../create-chat.ts'
import type { Environment } from '../environment.ts'
import type { TestDevice, TestTab } from '../testing.ts'
import type { DeviceClock } from './device-clock.ts'
import { watchDrainer, type DrainerOptions, type DrainerWatch } from './drainers.ts'

const SERVER = 'https://chat.example.com'

export interface SimulatedTab {
  readonly name: string
  readonly environment: TestTab
  readonly chat: Chat
  readonly watch: DrainerWatch
  /** Whether its device would not tell it who it is: from then on it is on its own, in memory. */
  readonly hasGivenUp: () => boolean
}

export interface SimulatedVisitor {
  readonly device: TestDevice
  readonly clock: DeviceClock
  tabs: readonly SimulatedTab[]
}

export interface TabOptions {
  readonly name: string
  readonly mutate: (environment: Environment) => Environment
  readonly watch: Omit<DrainerOptions, 'isAlone'>
}

export function openTab(visitor: SimulatedVisitor, { name, mutate, watch: watched }: TabOptions): SimulatedTab {
  const environment = visitor.device.tab()
  let hasGivenUp = false
  const watch = watchDrainer(environment, {
    ...watched,
    isAlone: () => chat.$persistence.get() === 'memory',
  })
  const log = (event: string) => void (hasGivenUp ||= event === 'storage.given-up')
  const chat: Chat = createChat({
    server: SERVER,
    site: 'acme',
    environment: { ...mutate({ ...environment, ...watch.environment }), log },
  })
  const tab: SimulatedTab = { name, environment, chat, watch, hasGivenUp: () => hasGivenUp }
  visitor.tabs = [...visitor.tabs, tab]
  chat.connect()
  return tab
}
