import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { InMemoryTransport } from '@modelcontextprotocol/server';
import { type McpFlags } from './flags.ts';
import { createServer, type ServerOptions } from './server.ts';

export const root: string = join(import.meta.dirname, '../../..');
export const brokenShop: string = join(root, 'examples/broken-shop/cluster');

/** A client that is connected to a server of its own, in this process. */
export interface Session {
  readonly client: Client;
  /** Moves the server's clock on. */
  readonly later: (seconds: number) => void;
  readonly call: (name: string, input?: Record<string, unknown>) => Promise<Told>;
  readonly close: () => Promise<void>;
}

/** An answer as a client gets it. */
export interface Told {
  readonly failed: boolean;
  readonly text: string;
  readonly data: Record<string, unknown>;
}

/** Connects the official client to a server. */
export async function session(flags: McpFlags, more: Partial<ServerOptions> = {}): Promise<Session> {
  let now = 0;
  const surroundings = {
    env: {},
    cwd: root,
    home: root,
    stderr: { write: () => undefined },
    now: () => now,
    ...more.surroundings,
  };
  const server = createServer({ flags, ...more, surroundings });
  const [here, there] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'test', version: '1.0.0' });
  await Promise.all([server.connect(there), client.connect(here)]);
  // Output schemas are checked by the client for tools that it has listed.
  await client.listTools();
  return {
    client,
    later: (seconds) => {
      now += seconds * 1000;
    },
    call: (name, input = {}) => call(client, name, input),
    close: () => client.close(),
  };
}

/** Calls a tool. */
export async function call(client: Client, name: string, input: Record<string, unknown>): Promise<Told> {
  const result = await client.callTool({ name, arguments: input });
  const text = result.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
  return { failed: result.isError === true, text, data: (result.structuredContent ?? {}) as Record<string, unknown> };
}
