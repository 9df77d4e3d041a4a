/** A reader that has seen enough (`| head`) is no failure: what it does not want is dropped, and the exit code stays. */
export function allowClosedPipe(stream: NodeJS.WritableStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
