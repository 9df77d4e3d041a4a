export { createServer, type ServerOptions } from './server.ts';
export { serve } from './serve.ts';
export { CONNECTION_OPTIONS, MCP_OPTIONS, type McpFlags, type McpOption } from './flags.ts';
export { McpError } from './errors.ts';
export { type Surroundings } from './surroundings.ts';
