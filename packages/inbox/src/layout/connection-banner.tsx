import type { ConnectionStatus, PendopoError } from '@pendopo/sdk/inbox'
import { RefreshCw, WifiOff } from 'lucide'
import { Icon } from '../ui/icon.tsx'

interface ConnectionBannerProps {
  readonly status: ConnectionStatus
  readonly error: PendopoError | null
}

/** Says that the connection is lost. The status itself lags a few seconds behind a loss and not at all behind a return. */
export function ConnectionBanner({ status, error }: ConnectionBannerProps) {
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
  if (status !== 'offline') return null
  return (
    <div class="banner" role="status">
      <Icon of={WifiOff} size={16} /> No connection. What you write is kept, and sent when it is back.
    </div>
  )
}
