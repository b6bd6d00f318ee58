/** Ends a `switch` over a union: a case added to the union and forgotten here is a type error, and at run time a loud one. */
export function assertNever(value: never): never {
  throw new TypeError(`unable to handle ${JSON.stringify(value)}; no case covers it`)
}
