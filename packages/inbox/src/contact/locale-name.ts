/** `pt-BR` as a person says it; the code itself where nobody knows the name. */
export function toLocaleName(code: string, reader?: string): string {
  try {
    return new Intl.DisplayNames(reader, { type: 'language' }).of(code) ?? code
  } catch {
    return code
  }
}
