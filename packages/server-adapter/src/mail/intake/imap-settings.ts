/** How to reach a mailbox. */
export type ImapSettings = ImapPlace & (ImapPassword | ImapToken)

export interface ImapPlace {
  readonly host: string
  readonly port: number
  /** TLS from the first byte (port 993), STARTTLS or nothing (143), or no encryption at all: on this machine, for tests. */
  readonly tls: 'tls' | 'starttls' | 'none'
  readonly user: string
  /** Default: `INBOX`. */
  readonly folder?: string
  /** Certificates to trust beside the known ones, PEM: a company's own. */
  readonly ca?: string
}

export interface ImapPassword {
  readonly password: string
}

export interface ImapToken {
  /** An OAuth 2 access token that is valid now; asked for at each connection. */
  readonly accessToken: () => Promise<string>
}

export const folderOf = ({ folder = 'INBOX' }: ImapPlace): string => folder
