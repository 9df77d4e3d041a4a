import { type ServerResponse } from 'node:http';
import { type Reply } from './reply.ts';

const DRIP_MS = 20;

/** Puts an answer on the wire, or as much of it as its fault lets through. */
export function send({ status, headers, body, wire }: Reply, response: ServerResponse, reset: () => void): void {
  if (wire !== undefined && !('after' in wire) && wire.kind !== 'drip') {
    if (wire.kind === 'reset') reset();
    return;
  }
  response.writeHead(status, { ...headers, 'content-length': String(body.length) });
  if (wire === undefined) {
    response.end(body);
  } else if (!('after' in wire)) {
    drip(body, response);
  } else {
    response.write(body.subarray(0, wire.after), () => {
      if (wire.kind === 'cut') response.socket?.destroy();
    });
  }
}

function drip(body: Buffer, response: ServerResponse): void {
  let at = 0;
  const timer = setInterval(() => {
    if (at >= body.length) {
      clearInterval(timer);
      response.end();
    } else response.write(body.subarray(at, ++at));
  }, DRIP_MS);
  response.once('close', () => {
    clearInterval(timer);
  });
}
