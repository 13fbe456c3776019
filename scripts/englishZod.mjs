/**
 * Zod has its error messages in some fifty languages, and a bundler cannot tell that nobody asks for them. Ours are
 * English; the others would be a third of every page's script.
 * @type {import('esbuild').Plugin}
 */
export const englishZod = {
  name: 'english zod',
  setup(build) {
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};
