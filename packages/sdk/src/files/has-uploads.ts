/** Set in storage while files wait there: what a new visit looks for before it loads any more. */
export const HAS_UPLOADS = 'uploads'
