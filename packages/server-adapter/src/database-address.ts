import { dirname, join, resolve } from 'node:path'

const FILE_PREFIX = 'file:'

/** The path of `file:./data/pendopo.db`, absolute; `null` for a database that is no file. */
export function toDatabasePath(address: string): string | null {
  if (!address.startsWith(FILE_PREFIX)) return null
  return resolve(address.slice(FILE_PREFIX.length).replace(/^\/\/(?=\/)/, ''))
}

export const isPostgresAddress = (address: string): boolean => /^postgres(?:ql)?:\/\//.test(address)

/** An address without its password, for people to read. */
export const withoutPassword = (address: string): string => address.replace(/^(\w+:\/\/[^/@:]*):[^/@]*@/, '$1:…@')

/** `file:./data/pendopo.db` has its files in `./data/files`; what is no file of this machine, below where it runs. */
export function filesBeside(address: string): string {
  const path = toDatabasePath(address)
  return path === null ? resolve('data/files') : join(dirname(path), 'files')
}
