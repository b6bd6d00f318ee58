/** Why a file could not be read, in words. */
export function toFileSentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file'
  return code === 'EACCES' || code === 'EPERM' ? 'it may not be read' : (error.message.split('\n')[0] ?? '')
}
