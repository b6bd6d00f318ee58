// A private IMAP server: Debian's Dovecot with one user and one Maildir, plain and TLS, on this machine only. It keeps away
// from the system's own Dovecot and accounts: configuration, sockets, mails and certificate are in the folder, and all of it
// runs as one account (Dovecot's separation of privileges guards nothing here).

import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import { ToolError, run } from '../run.mjs'
import { findAccount } from './account.mjs'
import { LOOK_EVERY_MS, findFreePort, pause, startPrivateServer } from './private-server.mjs'
import { findOrInstall } from './programs.mjs'

const USER = 'support@example.com'
const HOST = '127.0.0.1'

const find = (name) =>
  ['/usr/sbin', ...(process.env.PATH ?? '').split(delimiter)]
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file))

/** Dovecot alone serves nothing: its IMAP is a package of its own. */
function findDovecot() {
  const program = find('dovecot')
  const hasImap = ['/usr/lib/dovecot', '/usr/libexec/dovecot'].some((folder) => existsSync(join(folder, 'imap')))
  return program !== undefined && hasImap ? program : undefined
}

function checkVersion(program) {
  const version = execFileSync(program, ['--version'], { encoding: 'utf8' }).trim()
  if (!version.startsWith('2.3.'))
    throw new ToolError(`unable to start Dovecot; this one is ${version}, and its configuration is written for 2.3`)
}

const accountName = () => {
  try {
    return userInfo().username
  } catch {
    throw new ToolError('unable to start Dovecot; it asks for the name of the account it runs as, and ours has none')
  }
}

const configure = ({ folder, port, tlsPort, account }) => `
base_dir = ${folder}/run
state_dir = ${folder}/run
log_path = /dev/stderr
listen = ${HOST}
protocols = imap
default_internal_user = ${account}
default_internal_group = ${execFileSync('id', ['-gn', account], { encoding: 'utf8' }).trim()}
default_login_user = ${account}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service imap-login {
  chroot =
  service_count = 0
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = ${tlsPort}
    ssl = yes
  }
}
ssl = yes
ssl_cert = <${folder}/certificate.pem
ssl_key = <${folder}/key.pem
disable_plaintext_auth = no
auth_failure_delay = 0
first_valid_uid = 1
passdb {
  driver = passwd-file
  args = ${folder}/passwords
}
userdb {
  driver = static
  args = home=${folder}
}
mail_location = maildir:${folder}/mails
mail_max_userip_connections = 100
mail_fsync = never
namespace inbox {
  inbox = yes
}
`

async function makeCertificate(folder) {
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'certificate.pem')]
  const names = ['-subj', '/CN=localhost', '-addext', `subjectAltName=DNS:localhost,IP:${HOST}`]
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '7']
  const { code, output } = await run('openssl', ['req', ...kind, ...files, ...names], {
    output: 'capture',
    cwd: folder,
  })
  if (code !== 0) throw new ToolError(`unable to make a certificate; openssl says:\n${output}`)
}

/** Says one line and resolves with all that comes back until `until` is in it; what came, where it does not come. */
function ask(port, line, until) {
  return new Promise((resolve) => {
    let heard = ''
    const socket = connect(port, HOST, () => void socket.write(line))
    const answer = () => {
      socket.destroy()
      resolve(heard)
    }
    socket.setTimeout(1_000, answer)
    socket.once('error', answer)
    socket.once('end', answer)
    socket.on('data', (data) => {
      heard += data.toString()
      if (until.test(heard)) answer()
    })
  })
}

/** Whether it greets. */
const isReady = async ({ port }) => (await ask(port, '', /\n/)).startsWith('* OK')

const lets = async (port, password) => /^a OK/m.test(await ask(port, `a LOGIN ${USER} ${password}\r\n`, /^a (OK|NO)/m))

export async function startPrivateDovecot({ parent } = {}) {
  const program = await findOrInstall(findDovecot, { what: 'Dovecot', packageName: 'dovecot-imapd' })
  checkVersion(program)
  const account = findAccount('Dovecot', ['dovecot', 'nobody'])
  const name = account?.name ?? accountName()
  const own = (path) => {
    if (account !== undefined) chownSync(path, account.uid, account.gid)
  }
  let password = randomBytes(12).toString('hex')
  let delivered = 0
  let tlsPort = 0
  let beside = 0

  /** The file appears whole, so that it is never read while it is written. */
  function write(path, content, at) {
    writeFileSync(`${path}.new`, content)
    if (at !== undefined) utimesSync(`${path}.new`, at, at)
    own(`${path}.new`)
    renameSync(`${path}.new`, path)
  }

  const writePassword = (folder) => write(join(folder, 'passwords'), `${USER}:{PLAIN}${password}\n`)

  async function prepare(folder) {
    own(folder)
    for (const part of ['run', 'mails', 'mails/tmp', 'mails/new', 'mails/cur']) {
      mkdirSync(join(folder, part), { mode: 0o755 })
      own(join(folder, part))
    }
    writePassword(folder)
    await makeCertificate(folder)
    for (const file of ['key.pem', 'certificate.pem']) own(join(folder, file))
  }

  async function command({ folder, port }) {
    if (beside !== port) tlsPort = await findFreePort()
    beside = port
    write(join(folder, 'dovecot.conf'), configure({ folder, port, tlsPort, account: name }))
    return { program, args: ['-F', '-c', join(folder, 'dovecot.conf')], setpriv: account?.setpriv }
  }

  const server = await startPrivateServer({
    name: 'dovecot',
    parent,
    prepare,
    command,
    isReady,
    toUrl: ({ port }) => `imap://${encodeURIComponent(USER)}:${password}@${HOST}:${port}`,
    haltSignal: 'SIGTERM',
    deathSignal: 'SIGTERM',
  })
  const { folder } = server
  const mails = join(folder, 'mails')

  return {
    ...server,
    host: HOST,
    tlsPort,
    user: USER,
    password,
    ca: readFileSync(join(folder, 'certificate.pem'), 'utf8'),
    deliver(raw, at = new Date()) {
      // Dovecot numbers by these names; the time of the file is when the mail came in.
      delivered += 1
      const [second, part] = [Math.floor(Date.now() / 1_000), String(delivered).padStart(6, '0')]
      const file = `${second}.M${part}P${process.pid}.pendopo`
      write(join(mails, 'tmp', file), raw, at)
      renameSync(join(mails, 'tmp', file), join(mails, 'new', file))
    },
    async changeUidValidity() {
      await server.halt()
      for (const file of readdirSync(mails).filter((each) => each.startsWith('dovecot'))) {
        // This one stays: it keeps the next UIDVALIDITY from being an old one.
        if (!file.startsWith('dovecot-uidvalidity')) rmSync(join(mails, file))
      }
      await server.start()
    },
    async setPassword(next) {
      password = next
      writePassword(folder)
      // It looks at the file once a second.
      while (!(await lets(server.port, next))) await pause(LOOK_EVERY_MS)
    },
  }
}
