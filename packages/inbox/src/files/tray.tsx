import { formatFileSize } from '@pendopo/sdk/files'
import { FileText, X } from 'lucide'
import { Icon } from '../ui/icon.tsx'
import type { Chosen } from './use-chosen.ts'
import { useObjectUrl } from './use-object-url.ts'

interface TrayProps extends Chosen {
  readonly onRemove: (file: File) => void
}

/** What is about to be sent, above the field: the text that is written goes with it. */
export function Tray({ files, problem, onRemove }: TrayProps) {
  return (
    <div class="tray">
      {problem !== null && (
        <p class="tray-problem" role="alert">
          {problem}
        </p>
      )}
      <ul>
        {files.map((file) => (
          <ChosenFile key={`${file.name} ${file.size} ${file.lastModified}`} file={file} onRemove={onRemove} />
        ))}
      </ul>
    </div>
  )
}

function ChosenFile({ file, onRemove }: { readonly file: File; readonly onRemove: (file: File) => void }) {
  const url = useObjectUrl(file.type.startsWith('image/') ? file : undefined)
  return (
    <li>
      <span class="tray-face">{url === null ? <Icon of={FileText} size={18} /> : <img src={url} alt="" />}</span>
      <span class="file-about">
        <bdi>{file.name || file.type}</bdi>
        <small>{formatFileSize(file.size)}</small>
      </span>
      <button type="button" class="icon-button" onClick={() => onRemove(file)}>
        <Icon of={X} size={16} label={`Remove ${file.name || file.type}`} />
      </button>
    </li>
  )
}
