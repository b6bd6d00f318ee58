import { createAdopt } from '../theme/adopt.ts'
import filesCss from './files.css?inline'

/** Brings the styles of files to the root that shows one. */
export const adoptStyles = createAdopt(filesCss)
