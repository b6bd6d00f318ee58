import type { IncomingMessage } from 'node:http'

/**
 * The path below `basePath`, or undefined for somebody else's. Express takes the mount path off `url` and says so in
 * `baseUrl`; other servers leave it on.
 */
export function pathBelow(basePath: string, request: IncomingMessage): string | undefined {
  const path = (request.url ?? '/').split('?')[0] ?? '/'
  const isStripped =
    basePath !== '' && 'baseUrl' in request && typeof request.baseUrl === 'string' && request.baseUrl.endsWith(basePath)
  if (basePath === '' || isStripped) return path
  if (path === basePath) return '/'
  return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : undefined
}
