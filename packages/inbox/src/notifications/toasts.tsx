import { useStore } from '@nanostores/preact'
import { CircleCheck, TriangleAlert, X } from 'lucide'
import { useApp } from '../app/app-context.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Icon } from '../ui/icon.tsx'

/** The notices of the moment, at the bottom right. */
export function Toasts() {
  const app = useApp()
  const notices = useStore(app.notices.$notices)
  const { list } = useStore(app.routes.$place)
  return (
    <div class="toasts" role="status">
      {notices.map((notice) => (
        <div key={notice.id} class={`toast toast-${notice.kind}`}>
          {notice.kind === 'message' ? (
            <a
              class="toast-link"
              href={app.routes.href({ list: list ?? 'all', conversation: notice.conversation })}
              // The toast itself goes when its conversation is on the screen.
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
                event.preventDefault()
                app.replyTo(notice.conversation)
                app.routes.go({ list: list ?? 'all', conversation: notice.conversation })
              }}
            >
              <Avatar id={notice.contact} name={notice.name} size="small" />
              <span class="toast-text">
                <bdi class="toast-name">{notice.name}</bdi>
                <span class="toast-words" dir="auto">
                  {notice.text}
                </span>
              </span>
            </a>
          ) : (
            <span class="toast-link">
              <Icon of={notice.kind === 'done' ? CircleCheck : TriangleAlert} size={18} />
              <span class="toast-text">{notice.text}</span>
            </span>
          )}
          {notice.kind === 'done' && (
            <button
              type="button"
              class="button"
              onClick={() => {
                app.notices.dismiss(notice.id)
                notice.undo()
              }}
            >
              Undo
            </button>
          )}
          <button type="button" class="icon-button" onClick={() => app.notices.dismiss(notice.id)}>
            <Icon of={X} size={16} label="Dismiss" />
          </button>
        </div>
      ))}
    </div>
  )
}
