/** Adds a site by command, and reads what the command prints of it: the id, the key, the secret. */
export async function addSite(
  server: { command(...args: string[]): Promise<string> },
  name: string,
  ...origins: readonly string[]
): Promise<{ readonly id: string; readonly key: string; readonly secret: string }> {
  const output = await server.command('site', 'add', name, ...origins)
  const read = (what: string, pattern: RegExp) => {
    const found = pattern.exec(output)?.[1]
    if (found === undefined) throw new Error(`site add printed no ${what}:\n${output}`)
    return found
  }
  return { id: read('id', /Site "([^"]+)"/), key: read('key', /key\s+(\S+)/), secret: read('secret', /secret\s+(\S+)/) }
}
