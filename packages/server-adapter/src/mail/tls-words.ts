/** `80FC66A4:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/…/ssl3_record.c:350:` */
const OPENSSL = /\b[\dA-F]+:error:[\dA-F]+:[^:]*:[^:]*:([^:]+):\S*/gi

/** An error of an encrypted connection with what OpenSSL says in it, and not where in its source it says so. */
export const toTlsWords = (message: string): string => message.replaceAll(OPENSSL, 'the encryption failed: $1').trim()
