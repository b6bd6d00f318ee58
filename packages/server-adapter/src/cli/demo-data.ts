// What `serve --demo` makes at its first start: a site with the widget on the demo page, and somebody to answer.

import type { Pendopo } from '../pendopo.ts'

export const DEMO_SITE = 'demo'
const ADMIN_EMAIL = 'admin@pendopo.localhost'

export interface DemoData {
  readonly site: string
  /** The password only when the admin was made just now. */
  readonly admin: { readonly email: string; readonly password: string | null }
}

/** Makes what is missing; a page of the server itself needs no entry in the site's list, the examples' pages do. */
export async function ensureDemoData(pendopo: Pendopo, port: number): Promise<DemoData> {
  const sites = await pendopo.sites()
  if (!sites.some(({ id }) => id === DEMO_SITE)) {
    const origins = [port, ...EXAMPLE_PORTS].flatMap((one) => [`http://localhost:${one}`, `http://127.0.0.1:${one}`])
    await pendopo.addSite({ id: DEMO_SITE, name: 'Kopi Pagi', origins })
  }
  const admins = (await pendopo.agents()).filter(({ role, active }) => role === 'admin' && active)
  const [first] = admins.toSorted((a, b) => a.createdAt - b.createdAt)
  if (first !== undefined) return { site: DEMO_SITE, admin: { email: first.email, password: null } }
  const { agent, password } = await pendopo.addAgent({ email: ADMIN_EMAIL, name: 'Ayu', role: 'admin' })
  return { site: DEMO_SITE, admin: { email: agent.email, password } }
}

/** Where `examples/` serve their pages unless told otherwise. */
const EXAMPLE_PORTS = [8790, 8792, 8794]
