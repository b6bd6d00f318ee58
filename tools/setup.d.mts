/** Whether the project's tools run on this version of Node, such as `20.19.0`. */
export function isNodeRight(version: string): boolean
