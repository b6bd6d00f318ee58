// From Lucide, as those of `theme/icons.ts`; apart, because it is loaded with files.

export const DOCUMENT_ICON = 'M15 2H6a2 2 0 0 0-2 2v16a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V7ZM14 2v5h6'
