// mailauth ships no types. Only what authenticate.ts uses is declared.

declare module 'mailauth' {
  interface Status {
    readonly result: string
    /** Bytes of the body that a signature does not cover. */
    readonly underSized?: number
  }

  export function authenticate(
    input: Buffer,
    options: {
      readonly resolver?: (name: string, type: string) => Promise<unknown>
      readonly ip?: string
      readonly helo?: string
      readonly sender?: string
      readonly disableBimi?: boolean
      readonly minBitLength?: number
    },
  ): Promise<{
    readonly dkim: { readonly results: readonly { readonly signingDomain?: string; readonly status: Status }[] }
    readonly spf?: false | { readonly status: Status }
    readonly dmarc?: false | { readonly status: Status }
    readonly arc?: false | { readonly status: Status }
  }>
}
