/** A draft that cannot become a mail: `field` says which part of it. Nothing was sent. */
export class InvalidMailError extends Error {
  override readonly name = 'InvalidMailError'
  readonly field: string

  constructor(field: string, why: string) {
    super(`unable to compose the mail; ${field} ${why}`)
    this.field = field
  }
}
