// Notifications of the browser itself, for when the tab is out of sight. Where they do not exist or are refused,
// everything else goes on without them.

export interface Desktop {
  /** Asks for permission; call it from a click, browsers ignore it otherwise. */
  ask(): Promise<void>
  show(notice: {
    readonly title: string
    readonly body: string
    readonly tag: string
    readonly onClick: () => void
  }): void
}

export function createDesktop(): Desktop {
  return {
    async ask() {
      if (typeof Notification === 'undefined' || Notification.permission !== 'default') return
      await Notification.requestPermission()
    },
    show({ title, body, tag, onClick }) {
      if (typeof Notification === 'undefined' || Notification.permission !== 'granted') return
      try {
        const notification = new Notification(title, { body, tag })
        notification.addEventListener('click', () => {
          window.focus()
          notification.close()
          onClick()
        })
      } catch {
        // Chrome on Android has the constructor and throws: only service workers may notify there.
      }
    },
  }
}
