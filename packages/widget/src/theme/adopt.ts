// Style sheets of what is loaded on demand: they come to a shadow root with the first element that needs them.

/** Adds a style sheet behind those that are there. */
export function addSheet(root: ShadowRoot, css: string): void {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
}

/** Makes the function that brings these styles to the root of an element; once for each root. */
export function createAdopt(css: string): (element: Element | null) => void {
  const roots = new WeakSet<Node>()
  return (element) => {
    const root = element?.getRootNode()
    if (!(root instanceof ShadowRoot) || roots.has(root)) return
    roots.add(root)
    addSheet(root, css)
  }
}
