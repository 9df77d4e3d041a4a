import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { CONNECTION_OPTIONS, MCP_OPTIONS } from './flags.ts';

const read = (file: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, '..', file), 'utf8'));

/** What the registry asks of a server in an npm package. https://github.com/modelcontextprotocol/registry (docs/reference/server-json) */
const argument = z.strictObject({
  type: z.literal('named'),
  name: z.string().startsWith('--'),
  description: z.string().max(100),
  format: z.enum(['string', 'number', 'boolean', 'filepath']).optional(),
  isRequired: z.boolean(),
  isRepeated: z.boolean().optional(),
});
const serverJson = z.strictObject({
  $schema: z.literal('https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json'),
  name: z.string().regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(100),
  version: z.string().regex(/^\d+\.\d+\.\d+/),
  repository: z.strictObject({ url: z.url(), source: z.literal('github'), subfolder: z.string() }),
  packages: z.tuple([
    z.strictObject({
      registryType: z.literal('npm'),
      identifier: z.string(),
      version: z.string(),
      runtimeHint: z.literal('npx'),
      transport: z.strictObject({ type: z.literal('stdio') }),
      packageArguments: z.array(argument),
      environmentVariables: z.array(
        z.strictObject({
          name: z.string(),
          description: z.string().max(100),
          isRequired: z.boolean(),
          isSecret: z.boolean(),
        }),
      ),
    }),
  ]),
});

it('server.json is what the registry takes, and speaks of this package and its options (vitest -u writes the version)', async () => {
  const server = serverJson.parse(read('server.json'));
  const manifest = z
    .looseObject({ name: z.string(), version: z.string(), mcpName: z.string(), files: z.array(z.string()) })
    .parse(read('package.json'));
  const [npm] = server.packages;
  expect(server.name).toBe(manifest.mcpName);
  const current = { ...server, version: manifest.version, packages: [{ ...npm, version: manifest.version }] };
  await expect(`${JSON.stringify(current, null, 2)}\n`).toMatchFileSnapshot('../server.json');
  expect(npm.identifier).toBe(manifest.name);
  expect(manifest.files).toContain('server.json');
  const options = { ...MCP_OPTIONS, ...CONNECTION_OPTIONS };
  for (const { name, isRepeated } of npm.packageArguments)
    expect(options[name.slice(2)]).toMatchObject({ type: 'string', ...(isRepeated === true && { multiple: true }) });
});
