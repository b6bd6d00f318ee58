// One node. Everything it shares with the others is in Postgres; Redis only says where to look.

import { createPendopo } from '@pendopo/server-adapter'

const { DATABASE_URL = '', REDIS_URL = '', PORT = '0', PAGE = '' } = process.env

const pendopo = await createPendopo({
  database: DATABASE_URL,
  redis: REDIS_URL,
  trustProxy: ['127.0.0.1', '::1'],
  demo: true,
})

// The first node that starts makes the site of the demo page and an agent; others find them in the database.
const isFirst = (await pendopo.sites()).length === 0
if (isFirst) await pendopo.addSite({ id: 'demo', name: 'Kopi Pagi', origins: [PAGE] })
const { password = null } = isFirst ? await pendopo.addAgent({ email: 'ayu@kopi.example', role: 'admin' }) : {}

const { port } = await pendopo.listen(Number(PORT), '127.0.0.1')
console.log(JSON.stringify({ port, password }))

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void pendopo.close())
