/** Why the server holds a mail: the `why` of a held one. Whoever else holds mails may say it in words. */
export type UnverifiedReason =
  /** The sender's domain does not vouch for the mail, or nobody checked. */
  | 'not_authenticated'
  /** From is not one plain address. */
  | 'unclear_sender'
  /** A token was made for somebody else. */
  | 'other_sender'
  /** Answers would go to somebody else than the sender. */
  | 'reply_to'
  /** The token only stands in Cc. */
  | 'token_in_cc'
  /** Tokens of several conversations. */
  | 'contradiction'
