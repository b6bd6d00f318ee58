import type { ConnectionStatus, PendopoError } from '@pendopo/sdk/inbox'
import { RefreshCw, WifiOff } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { Icon } from '../ui/icon.tsx'

/** A short loss mends itself before anybody would have read about it. */
const SAID_AFTER_MS = 3_000

interface ConnectionBannerProps {
  readonly status: ConnectionStatus
  readonly error: PendopoError | null
}

/** Says that the connection is lost, some seconds late; goes the moment it is back. */
export function ConnectionBanner({ status, error }: ConnectionBannerProps) {
  const late = useLate(status === 'offline')
  if (status === 'refused')
    return (
      <div class="banner banner-refused" role="alert">
        <Icon of={RefreshCw} size={16} />
        {error?.code === 'upgrade'
          ? 'The server has a newer version of this page.'
          : 'The server does not accept this page at the moment.'}{' '}
        <button type="button" class="text-button" onClick={() => location.reload()}>
          Reload
        </button>
      </div>
    )
  if (!late) return null
  return (
    <div class="banner" role="status">
      <Icon of={WifiOff} size={16} /> No connection. What you write is kept, and sent when it is back.
    </div>
  )
}

function useLate(lost: boolean): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    setLate(false)
    if (!lost) return undefined
    const timer = setTimeout(() => setLate(true), SAID_AFTER_MS)
    return () => clearTimeout(timer)
  }, [lost])
  return lost && late
}
