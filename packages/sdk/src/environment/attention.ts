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
      const onPageShow = (event: PageTransitionEvent) => {
        // From the back-forward cache: timers stood still and the socket is gone, whatever it says.
        if (event.persisted) callback()
      }
      document.addEventListener('visibilitychange', callback)
      addEventListener('online', callback)
      addEventListener('offline', callback)
      addEventListener('pageshow', onPageShow)
      return () => {
        document.removeEventListener('visibilitychange', callback)
        removeEventListener('online', callback)
        removeEventListener('offline', callback)
        removeEventListener('pageshow', onPageShow)
      }
    },
  }
}
