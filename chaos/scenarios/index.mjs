import { browserOutbox } from './browser-outbox.mjs'
import { clocks } from './clocks.mjs'
import { control } from './control.mjs'
import { cuts } from './cuts.mjs'
import { diskFull } from './disk-full.mjs'
import { killClient } from './kill-client.mjs'
import { killServer } from './kill-server.mjs'
import { killServerPostgres } from './kill-server-postgres.mjs'
import { mailIn } from './mail-in.mjs'
import { mailOut } from './mail-out.mjs'
import { mutants } from './mutants.mjs'
import { oldAndNew } from './old-and-new.mjs'
import { powerLoss } from './power-loss.mjs'
import { repeats } from './repeats.mjs'
import { restartPostgres } from './restart-postgres.mjs'
import { restartRedis } from './restart-redis.mjs'
import { sleep } from './sleep.mjs'
import { twoNodes } from './two-nodes.mjs'
import { twoTabs } from './two-tabs.mjs'

/** Every row, in the order of the table; the simulation (row 1) is `npm run simulate`'s. */
export const SCENARIOS = [
  control,
  mutants,
  killServer,
  killServerPostgres,
  cuts,
  repeats,
  clocks,
  twoTabs,
  browserOutbox,
  killClient,
  diskFull,
  restartPostgres,
  restartRedis,
  powerLoss,
  twoNodes,
  sleep,
  oldAndNew,
  mailOut,
  mailIn,
]
