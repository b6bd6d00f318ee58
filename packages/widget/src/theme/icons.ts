// Paths of the icons in use, from Lucide (https://lucide.dev): ISC licence, © Lucide Icons and Contributors; see the
// package's README. 24-unit box, stroked.

export const CLOSE_ICON = 'M18 6 6 18M6 6l12 12'
export const SEND_ICON = 'm5 12 7-7 7 7M12 19V5'
export const ATTACH_ICON =
  'm16 6-8.414 8.586a2 2 0 0 0 2.829 2.829l8.414-8.586a4 4 0 1 0-5.657-5.657l-8.379 8.551a6 6 0 1 0 8.485 8.485l8.379-8.551'
export const LATEST_ICON = 'M12 5v14M19 12l-7 7-7-7'
export const CHECK_ICON = 'M20 6 9 17l-5-5'
export const CHECKS_ICON = 'M18 6 7 17l-5-5M22 10l-7.5 7.5L13 16'
export const CLOCK_ICON = 'M12 2a10 10 0 1 0 0 20 10 10 0 1 0 0-20M12 6v6l4 2'
export const ALERT_ICON = 'M12 2a10 10 0 1 0 0 20 10 10 0 1 0 0-20M12 8v4M12 16h.01'
