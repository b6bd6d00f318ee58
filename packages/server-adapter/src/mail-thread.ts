// The program of the thread that reads mails: bytes come in, what was read goes back. It keeps nothing between two.

import { parentPort } from 'node:worker_threads'
import { readMail } from './mail/inbound/parse-mail.ts'
import { buffersOf, type ReadingAsked, type ReadingDone } from './mail/inbound/thread-messages.ts'

const port = parentPort
if (port === null) throw new Error('unable to read mails; this is not a worker thread')
port.on('message', ({ id, bytes }: ReadingAsked) => {
  void readMail(bytes).then((reading) => {
    const done: ReadingDone = { id, reading }
    port.postMessage(done, buffersOf(reading))
  })
})
