import { toSafeUrl } from '@pendopo/sdk/rich-text'
import { toShortUrl } from './short-url.ts'

interface PageLinkProps {
  readonly page: { readonly url: string; readonly title?: string | undefined }
  /** Title above address, for a panel. */
  readonly long?: boolean
}

/** A visitor's page: what they say its title is, leading to an address that is safe to follow, or to nowhere. */
export function PageLink({ page, long = false }: PageLinkProps) {
  const href = toSafeUrl(page.url)
  const title = page.title?.trim() || toShortUrl(page.url)
  const content = long ? (
    <>
      <span class="page-title" dir="auto">
        {title}
      </span>
      <span class="page-url" dir="ltr">
        {toShortUrl(page.url)}
      </span>
    </>
  ) : (
    <bdi>{title}</bdi>
  )
  if (href === null || !href.startsWith('http')) return <span class="page-link">{content}</span>
  return (
    <a class="page-link" href={href} target="_blank" rel="noopener noreferrer" title={page.url}>
      {content}
    </a>
  )
}
