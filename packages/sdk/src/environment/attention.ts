import type { Attention } from '../environment.ts'

/** Where there is no page there is always somebody. */
const ALWAYS: Attention = { isVisible: () => true, isOnline: () => true, onChange: () => () => undefined }

/** The page's visibility and the device's word on its network; a constant where there is no page. */
export function createAttention(): Attention {
  if (typeof document === 'undefined') return ALWAYS
  return {
    isVisible: () => document.visibilityState === 'visible',
    isOnline: () => navigator.onLine,
    onChange(callback) {
      const stop = new AbortController()
      document.addEventListener('visibilitychange', callback, stop)
      addEventListener('online', callback, stop)
      addEventListener('offline', callback, stop)
      // From the back-forward cache: timers stood still and the socket is gone, whatever it says.
      addEventListener('pageshow', ({ persisted }) => persisted && callback(), stop)
      return () => stop.abort()
    },
  }
}
