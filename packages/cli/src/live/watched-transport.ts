import { TransportError, type Answer, type Transport } from '@kroot/cluster';
import { type TimedRequest } from '../output/stopwatch.ts';

/** The same transport, which tells of every request that ends. */
export function watchedTransport(
  transport: Transport,
  onRequest: (request: TimedRequest) => void,
  now: () => number = () => performance.now(),
): Transport {
  const watched = async (path: string, ask: () => Promise<Answer>): Promise<Answer> => {
    const start = now();
    let status: number | undefined;
    try {
      const answer = await ask();
      ({ status } = answer);
      return answer;
    } catch (error) {
      if (error instanceof TransportError) ({ status } = error);
      throw error;
    } finally {
      onRequest({ path, status, milliseconds: now() - start });
    }
  };
  return {
    get: (path, options) => watched(path, () => transport.get(path, options)),
    review: (path, body, options) => watched(path, () => transport.review(path, body, options)),
    get requests() {
      return transport.requests;
    },
    serverTime: () => transport.serverTime(),
    close: () => transport.close(),
  };
}
