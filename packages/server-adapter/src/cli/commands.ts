// Every command with its form and what it is for: the help is made of this.

import {
  activateAgent,
  addAgent,
  deactivateAgent,
  listAgents,
  resetPassword,
  resetTwoStep,
  signOutAgent,
} from './agent.ts'
import { backUp, restore } from './backup.ts'
import { examine } from './doctor.ts'
import { listJobs, releaseJobs } from './jobs.ts'
import { inspectMails } from './mail-inspect.ts'
import { serve } from './serve.ts'
import { addSiteKey, listSiteKeys, removeSiteKey } from './site-key.ts'
import { addSite, listSites, printSnippet } from './site.ts'
import type { Terminal } from './terminal.ts'
import { eraseVisitorData, exportVisitorData } from './visitor.ts'

export interface Command {
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<void>
  /** What is typed after the name. */
  readonly form: string
  readonly about: string
  /** For the command's own help; one line each. */
  readonly details?: readonly string[]
}

export const COMMANDS: ReadonlyMap<string, Command> = new Map([
  [
    'serve',
    {
      run: serve,
      form: '[--port N] [--host HOST] [--demo] [--json] [--trust-proxy LIST] [--drain-wait S] [--retention-days N] [--redis URL]',
      about: 'runs the server',
      details: [
        '--port N        where it listens (or PORT; default 8787)',
        '--host HOST     on which address of this machine (default: all)',
        '--demo          adds a demo site and an admin at the first start',
        '--json          prints one line of JSON when ready',
        '--trust-proxy LIST  believes the X-Forwarded headers of the proxies at these addresses and networks, and of',
        '                nobody else (or PENDOPO_TRUST_PROXY; default: none), such as 127.0.0.1,10.0.0.0/8',
        '--retention-days N  closed conversations lose their content after N days (or PENDOPO_RETENTION_DAYS; default 0:',
        '                never); 365,shop=30 gives the site shop days of its own',
        '--drain-wait S  how long a stopping server says so on /health before it sends clients elsewhere',
        '                (or PENDOPO_DRAIN_WAIT; default 0). A second signal ends it at once.',
        '--redis URL     where several nodes serve one database: how they hear of each other (or PENDOPO_REDIS)',
      ],
    },
  ],
  ['site add', { run: addSite, form: 'NAME ORIGIN… [--id ID] [--server URL]', about: 'adds a website' }],
  [
    'site snippet',
    {
      run: printSnippet,
      form: 'SITE [--server URL] [--pinned]',
      about: 'prints the tag for the page',
      details: [
        '--pinned  with hashes: browsers run exactly the files of now, and nothing after an upgrade or a change of the',
        "          site's settings, until the page has the new snippet",
      ],
    },
  ],
  ['site list', { run: listSites, form: '', about: 'lists the websites' }],
  [
    'site key add',
    {
      run: addSiteKey,
      form: 'SITE [--kid KID] [--public-key FILE]',
      about: 'adds a key that signs who a visitor is',
      details: [
        'Tokens name it in their header (kid). Add a key, sign with it, then remove the old one: nobody is signed out.',
        '--public-key FILE  an Ed25519 public key in PEM: tokens are EdDSA, and no secret lies here (default: HS256)',
      ],
    },
  ],
  ['site key list', { run: listSiteKeys, form: 'SITE', about: 'lists the keys of a website' }],
  ['site key remove', { run: removeSiteKey, form: 'SITE KID', about: 'refuses what is signed with a key from now on' }],
  [
    'agent add',
    { run: addAgent, form: 'EMAIL [--role admin|supervisor|agent] [--name NAME]', about: 'adds somebody of the team' },
  ],
  ['agent list', { run: listAgents, form: '', about: 'lists the team' }],
  ['agent password', { run: resetPassword, form: 'EMAIL', about: 'gives a new password' }],
  [
    'agent reset-two-step',
    {
      run: resetTwoStep,
      form: 'EMAIL',
      about: 'turns two-step sign-in off, where telephone and recovery codes are lost',
    },
  ],
  ['agent sign-out', { run: signOutAgent, form: 'EMAIL', about: 'ends all sessions of somebody' }],
  ['agent deactivate', { run: deactivateAgent, form: 'EMAIL', about: 'signs somebody out until they are activated' }],
  ['agent activate', { run: activateAgent, form: 'EMAIL', about: 'lets somebody sign in again' }],
  [
    'visitor export',
    {
      run: exportVisitorData,
      form: 'EMAIL|IDENTITY|CONTACT',
      about: 'prints all that is held on a visitor, as JSON',
    },
  ],
  [
    'visitor erase',
    {
      run: eraseVisitorData,
      form: 'EMAIL|IDENTITY|CONTACT --yes [--files DIR]',
      about: 'erases all that is held on a visitor, for good',
      details: [
        'Names, addresses, messages, files and pages go, from the files of the database too; that something was said, and',
        'when, stays. Backups are not touched.',
      ],
    },
  ],
  [
    'doctor',
    {
      run: examine,
      form: '[--files DIR] [--redis URL] [--trust-proxy LIST] [--secret-file FILE] [--json]',
      about: 'looks at all the server stands on, and says what to do; changes nothing',
      details: [
        'Step by step: Node, data folder, disk, database, schema, integrity, durability, clock, sites, parked jobs, files,',
        'Redis, proxies, open files, and for each site with mail its SMTP and IMAP server, as the test of the settings does:',
        'nothing is sent or read. Each is ok, warn or fail; a fail ends it with code 1. NODE_ENV=production also warns of sites',
        'on localhost. It may run before the first start, beside a server, and where a server does not start.',
        '--files DIR  the files of messages, where they are not in the folder "files" beside the database',
        '--redis URL  how nodes hear of each other (or PENDOPO_REDIS)',
        '--trust-proxy LIST  as the server has it (or PENDOPO_TRUST_PROXY)',
        '--secret-file FILE  the secret of the installation, where the server is given one of its own (option `secret`)',
        '--json       prints one line: {"ok", "version", "steps": [{"step", "level", "text", "advice"}]}',
      ],
    },
  ],
  [
    'jobs list',
    {
      run: listJobs,
      form: '',
      about: 'lists parked jobs: work in the background that failed so often that somebody has to look',
      details: ['One in a line, between tabs: reader, stream, failures, since when, and the last error.'],
    },
  ],
  [
    'jobs release',
    {
      run: releaseJobs,
      form: 'READER STREAM | --all',
      about: 'lets parked jobs be tried again, once the cause is mended',
      details: ['--all  all of them'],
    },
  ],
  [
    'mail inspect',
    {
      run: inspectMails,
      form: 'FILE… [--site SITE] [--auth mailauth|header|none] [--authserv-id ID] [--address LIST] [--secret-file FILE] [--body]',
      about: 'prints what would be done with a mail: sender, conversation, words, quotes, files, answer or none',
      details: [
        'One line of JSON per file, in their order; "-" is the standard input. It needs no server, stores and sends nothing.',
        'With a database named (--data, --database or the environment) it judges as the server of that database would: by the',
        'address of the site, its check of senders and the secret of its reply addresses; beside a server or without one.',
        'Without, it needs no data, and knows what is said on the line.',
        'docs/email.md has the fields. A file that cannot be read is {"file", "error"}, the others follow, and it ends with',
        'code 1.',
        '--site SITE       whose mail it is, where several sites of the database have mail',
        '--auth METHOD     how the sender is checked: mailauth (DKIM and DMARC, asks name servers), header (your receiver',
        '                  wrote what it found), none (every reply waits as unverified); default: as the site has it, or none',
        '--authserv-id ID  with --auth header: the name of your receiver in its Authentication-Results',
        '--address LIST    your own addresses, such as support@acme.example,help@acme.example; default: that of the site',
        '--secret-file F   the secret of the installation, where the server is given one of its own (option `secret`); without',
        '                  it and without a database no token is known',
        '--body            each file is a plain body without a head: prints visible, quoted, signature',
      ],
    },
  ],
  [
    'backup',
    {
      run: backUp,
      form: 'FOLDER [--files DIR]',
      about: 'writes a backup, while the server runs',
      details: [
        'FOLDER must not be there yet. It gets the database as it is at one moment, the files of messages, a manifest and',
        'checksums (sha256sum --check SHA256SUMS). It is read back, log by log, before it is called a backup.',
        '--files DIR  the files of messages, where they are not in the folder "files" beside the database',
      ],
    },
  ],
  [
    'restore',
    {
      run: restore,
      form: 'FOLDER [--files DIR] [--overwrite]',
      about: 'makes an installation of a backup',
      details: [
        'Checks the whole backup before it touches anything. Refuses while a server has the database open, and where there',
        'is data already, unless told otherwise.',
        '--overwrite  sets aside what is there (renamed with the time, never deleted)',
        '--files DIR  where the files of messages go (default: the folder "files" beside the database)',
      ],
    },
  ],
])

const EVERYWHERE = `Everywhere: --data DIR (or PENDOPO_DATA; default ./data), or --database ADDRESS (or PENDOPO_DATABASE):
file:PATH or postgres://USER:PASSWORD@HOST/DATABASE.`

/** All commands in one line each. */
export function overview(): string {
  const lines = Array.from(
    COMMANDS,
    ([name, { form, about }]) => `  ${`pendopo ${name} ${form}`.trimEnd()}\n      ${about}`,
  )
  return [
    'pendopo: a web chat for your site, and an inbox for your team',
    '',
    ...lines,
    '',
    EVERYWHERE,
    'pendopo COMMAND --help says more. All but serve and restore may run while the server does.',
    '',
  ].join('\n')
}

/** One command. */
export function helpOf(name: string, { form, about, details = [] }: Command): string {
  return [
    `${`pendopo ${name} ${form}`.trimEnd()}`,
    '',
    `  ${about}`,
    '',
    ...details.map((line) => `  ${line}`),
    EVERYWHERE,
    '',
  ]
    .filter((line, at, all) => line !== '' || all[at - 1] !== '')
    .join('\n')
}
