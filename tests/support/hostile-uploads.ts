// Files that run where a server shows what people upload. A handful of our own is always there; those of a public list are
// read from the folder that PENDOPO_CORPORA names, where it is set.

import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

export interface HostileFile {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

/** One for each way of being run: a document, an image, XML, a script, a style, and a picture that is a script too. */
export const OWN_FILES: readonly HostileFile[] = Object.entries({
  'page.html': '<!doctype html><script>alert(1)</script>',
  'page.xhtml': '<html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>',
  'picture.svg': SVG,
  'data.xml': '<a:script xmlns:a="http://www.w3.org/1999/xhtml">alert(1)</a:script>',
  'script.js': 'alert(1)',
  'style.css': 'body { background: url(https://evil.example/styled) }',
  'polyglot.gif': 'GIF89a/*\u0001\u0001*/=1;alert(1)',
}).map(([name, content]) => ({ name, bytes: new Uint8Array(Buffer.from(content, 'latin1')) }))

/** The attack files of the public list. */
export function readHostileUploads(): readonly HostileFile[] {
  const folder = join(process.env.PENDOPO_CORPORA ?? '', 'uploads')
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readdirSync(join(folder, name)).map((file) => join(folder, name, file)))
    .toSorted()
    .map((path) => ({ name: basename(path), bytes: new Uint8Array(readFileSync(path)) }))
}
