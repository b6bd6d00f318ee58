import { useStore } from '@nanostores/preact'
import { WifiOff } from 'lucide'
import { useEffect, useLayoutEffect } from 'preact/hooks'
import { Workspace } from '../layout/workspace.tsx'
import { LoginScreen } from '../login/login-screen.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { AppProvider, useApp, type App } from './app-context.ts'

/** The whole inbox. */
export function AppRoot({ app }: { readonly app: App }) {
  return (
    <AppProvider value={app}>
      <Session />
    </AppProvider>
  )
}

function Session() {
  const app = useApp()
  const session = useStore(app.inbox.$session)
  const agent = useStore(app.inbox.$agent)
  const error = useStore(app.inbox.$error)
  useTheme(app)
  useTitle(app)
  if (session === 'signed-out') return <LoginScreen signIn={(login) => app.inbox.signIn(login)} />
  if (session === 'unknown' && error !== null)
    return (
      <main class="waiting">
        <EmptyState icon={WifiOff} action={{ label: 'Try again now', run: () => location.reload() }}>
          The server cannot be reached. This page tries again by itself.
        </EmptyState>
      </main>
    )
  // Nothing for the moment it takes to know: a screen that flashes by is worse than none.
  if (session === 'unknown' || agent === null) return <main class="waiting" aria-busy="true" aria-label="Inbox" />
  return <Workspace agent={agent} />
}

function useTheme(app: App): void {
  const { theme } = useStore(app.preferences.$values)
  useLayoutEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = theme
  }, [theme])
}

/** The tab says how many conversations wait in "My chats". */
function useTitle(app: App): void {
  const counts = useStore(app.inbox.$counts)
  const mine = counts?.mine ?? 0
  useEffect(() => {
    document.title = mine === 0 ? 'Inbox' : `(${mine > 99 ? '99+' : mine}) Inbox`
  }, [mine])
}
