// What was found out about who sent a mail.

export interface Authentication {
  /** The sender's address in its compared form, where the mail has exactly one. */
  readonly from: string | null
  /** Whether the domain of that address vouches for the mail: `none` where nobody knows. */
  readonly aligned: 'pass' | 'fail' | 'none'
  readonly method: 'mailauth' | 'receiver-header' | 'none'
  /** For people. */
  readonly details: string
}
