/** The schema VS Code completes by says what the reader accepts. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

interface Schema {
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, { readonly description?: string }>>;
  readonly additionalProperties: boolean;
}

describe('media/lpcam.schema.json', () => {
  it('is made from the definition in use (node scripts/schema.mjs)', () => {
    expect(() =>
      execFileSync(process.execPath, ['scripts/schema.mjs', '--check'], { cwd: root, stdio: 'pipe' }),
    ).not.toThrow();
  });

  it('asks for the checkpoint only and describes what it offers', () => {
    const schema = JSON.parse(readFileSync(`${root}media/lpcam.schema.json`, 'utf8')) as Schema;
    expect(schema.required).toEqual(['checkpoint']);
    expect(schema.additionalProperties).toBe(false);
    for (const field of ['preset', 'checkpoint', 'classes', 'bank', 'device']) {
      expect(schema.properties[field]?.description, field).toMatch(/\w+/);
    }
  });
});
