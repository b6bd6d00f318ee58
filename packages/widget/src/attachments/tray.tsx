import { formatFileSize } from '@pendopo/sdk/files'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { fill } from '../locale/texts.ts'
import type { Locale } from '../locale/load-locale.ts'
import { Icon } from '../theme/icon.tsx'
import { CLOSE_ICON } from '../theme/icons.ts'
import { adoptStyles } from './adopt-styles.ts'
import { DOCUMENT_ICON } from './document-icon.ts'
import { useObjectUrl } from './use-file.ts'

interface TrayProps {
  readonly files: readonly File[]
  readonly problem: string | null
  readonly locale: Locale
  readonly onRemove: (file: File) => void
}

/** What is about to be sent, above the field: the text that is written goes with it. */
export function Tray({ files, problem, locale, onRemove }: TrayProps) {
  const element = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => adoptStyles(element.current), [])
  return (
    <div ref={element} class="tray">
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {files.length > 0 && (
        <ul>
          {files.map((file) => (
            <Chosen key={`${file.name} ${file.size} ${file.lastModified}`} {...{ file, locale, onRemove }} />
          ))}
        </ul>
      )}
    </div>
  )
}

function Chosen({ file, locale, onRemove }: Pick<TrayProps, 'locale' | 'onRemove'> & { readonly file: File }) {
  const { texts, language } = locale
  const url = useObjectUrl(file.type.startsWith('image/') ? file : undefined)
  const name = file.name || file.type
  return (
    <li>
      <span class="face">
        <Icon path={DOCUMENT_ICON} />
        {/* Where the page's policy forbids it, the icon below stays. */}
        {url && <img src={url} alt="" onError={({ currentTarget }) => currentTarget.remove()} />}
      </span>
      <span class="about">
        <bdi>{name}</bdi>
        <small>{formatFileSize(file.size, language)}</small>
      </span>
      <button type="button" aria-label={fill(texts.fileRemove, { name })} onClick={() => onRemove(file)}>
        <Icon path={CLOSE_ICON} size={16} />
      </button>
    </li>
  )
}
