import tseslint from 'typescript-eslint';

/**
 * The arrows of the house: what each folder may import of ours. `lpcam` imports nothing, everything may use
 * `lpcam`, nothing imports `extension`, `webview` or `cli`.
 */
const mayImport = {
  lpcam: [],
  formats: ['lpcam'],
  network: ['lpcam', 'formats'],
  protocol: ['lpcam'],
  engine: ['lpcam', 'formats', 'network', 'protocol'],
  extension: ['lpcam', 'protocol'],
  webview: ['lpcam', 'protocol'],
  cli: ['lpcam', 'formats', 'network', 'protocol', 'engine'],
};
const houses = Object.keys(mayImport);

/** Packages that only one folder (or one file) may load, with the reason. */
const packageRules = [
  { package: 'vscode', allowed: ['extension'], why: 'only src/extension talks to VS Code' },
  { package: 'onnxruntime-node', allowed: ['engine'], why: 'native code runs in the engine process only' },
  { package: 'sharp', allowed: ['engine'], why: 'native code runs in the engine process only' },
  { package: 'onnx-proto', allowed: ['formats'], why: 'ONNX bytes are read and written in src/formats' },
  { package: 'lit', allowed: ['webview'], why: 'templates belong to the webview' },
  { package: 'web-tree-sitter', allowed: ['extension'], why: 'code is read beside the editor' },
  { package: 'yaml', allowed: ['extension'], why: 'code is read beside the editor' },
  {
    package: '@vscode/webview-ui-toolkit',
    allowed: [],
    why: 'archived upstream: only src/webview/shared/toolkit.ts imports it',
  },
];
const noNode = ['lpcam', 'webview', 'protocol'];

const folderRules = houses.map((house) => {
  const patterns = houses
    .filter((other) => other !== house && !mayImport[house].includes(other))
    .map((other) => ({
      group: [`**/${other}/*`, `**/${other}/**`],
      message: `src/${house} must not import src/${other} (the arrows in CONTRIBUTING.md).`,
    }));
  for (const rule of packageRules) {
    if (!rule.allowed.includes(house))
      patterns.push({ group: [rule.package, `${rule.package}/*`], message: rule.why });
  }
  if (noNode.includes(house))
    patterns.push({ group: ['node:*'], message: `src/${house} runs without a Node API.` });
  return {
    files: [`src/${house}/**/*.ts`],
    rules: { 'no-restricted-imports': ['error', { patterns }] },
  };
});

export default tseslint.config(
  { ignores: ['dist/', 'dist-test/', 'demo/out/', 'node_modules/', 'test-results/'] },
  {
    files: ['**/*.ts', '**/*.mts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './src/webview/tsconfig.json', './test/e2e/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'No default exports: one noun per file, named.' },
        { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file that defines it.' },
        {
          selector:
            "ImportDeclaration[source.value='zod'] > ImportSpecifier[importKind!='type'][imported.name='z']",
          message: "Write `import * as z from 'zod'`: bundles leave out what is not used of it.",
        },
      ],
    },
  },
  ...folderRules,
  {
    files: ['src/webview/shared/toolkit.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    files: ['vitest.config.mts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
);
