export { createServer, type ServerOptions } from './server.ts';
export { serve, type Decided } from './serve.ts';
export { CONNECTION_OPTIONS, MCP_OPTIONS, type McpFlags, type McpOption } from './flags.ts';
export { type Judgement } from './sources/world.ts';
export { McpError } from './errors.ts';
export { type Surroundings } from './surroundings.ts';
