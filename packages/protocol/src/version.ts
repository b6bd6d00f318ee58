/**
 * The protocol's major version, sent in every handshake. A server speaks this major and the one before it,
 * and answers any other with the error code `upgrade`. `schemas/fingerprint.test.ts` fails when a schema
 * changes and this number (or the recorded fingerprint of an additive change) does not.
 */
export const PROTOCOL_VERSION = 1

/** Majors a server of this build accepts. */
export const SUPPORTED_VERSIONS: readonly number[] = [1]
