// Who may import whom:
//
//   examples, tests ─▶ widget, inbox ─▶ sdk ─▶ protocol ◀─ server-adapter
//
// Each rule says why it is there. Types cost nothing at run time, so rules about weight let type-only imports pass.

const IS_TEST = '\\.(test|bench)\\.tsx?$'

/** A rule that fails the check. */
const never = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

export default {
  forbidden: [
    never(
      'protocol-stands-alone',
      'Both sides build on the protocol; if it knew either, a client could pull in the server.',
      { path: '^packages/protocol/' },
      { path: '^packages/(?!protocol/)' },
    ),
    never(
      'server-knows-no-client',
      'The contract between them is the protocol alone; a shortcut through the SDK would make it unwritten.',
      { path: '^packages/server-adapter/src/', pathNot: IS_TEST },
      { path: '^packages/(sdk|widget|inbox)/' },
    ),
    never(
      'sdk-is-headless',
      'Developers bring their own interface; the SDK must not know ours, nor the server.',
      { path: '^packages/sdk/' },
      { path: '^packages/(widget|inbox|server-adapter)/' },
    ),
    never(
      'widget-and-inbox-stand-on-the-sdk',
      'What our own screens need, every developer gets: they use the public SDK, not the protocol or the server behind it.',
      { path: '^packages/(widget|inbox)/src/', pathNot: IS_TEST },
      { path: '^packages/(protocol|server-adapter)/', dependencyTypesNot: ['type-only'] },
    ),
    never(
      'widget-and-inbox-are-strangers',
      'Visitors must not download what agents need, nor the other way round.',
      { path: '^packages/(widget|inbox)/' },
      { path: '^packages/(widget|inbox)/', pathNot: '^packages/$1/' },
    ),
    never(
      'packages-know-no-tests',
      'Published code cannot reach into what is not published.',
      { path: '^packages/[^/]+/src/', pathNot: IS_TEST },
      { path: `^(bench|examples|tests|tools)/|${IS_TEST}` },
    ),
    never(
      'no-validators-in-the-browser',
      'The server validates; a few schemas already cost every visitor 2 kB. Import types and tables instead.',
      { path: '^packages/(sdk|widget|inbox)/src/', pathNot: [IS_TEST, '^packages/sdk/src/testing'] },
      { path: ['node_modules/valibot/', '^packages/protocol/src/schemas/'], dependencyTypesNot: ['type-only'] },
    ),
    never(
      'nobody-imports-their-own-index',
      'An index is the door for others; inside it makes cycles and pulls in everything.',
      { path: '^packages/([^/]+)/src/' },
      { path: '^packages/$1/src/index\\.tsx?$' },
    ),
    never(
      'no-cycles',
      'Modules in a circle cannot be understood, tested or loaded one by one.',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    never(
      'published-code-uses-declared-dependencies',
      'What is only a devDependency is not there after an install from the registry.',
      {
        path: '^packages/(protocol|sdk|server-adapter)/src/',
        pathNot: [IS_TEST, '^packages/server-adapter/src/testing/', '^packages/sdk/src/simulation/'],
      },
      {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only', 'npm', 'npm-peer'],
      },
    ),
    never(
      'everything-resolves',
      'An import that leads nowhere fails on the first visitor.',
      {},
      { couldNotResolve: true },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules|/dist/' },
    exclude: { path: '/dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: 'specify',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'types', 'node', 'default'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}
