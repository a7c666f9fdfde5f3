/** A tunnel: two connections, and what passes between them. */
import { connect, type Socket } from "node:net";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

/**
 * Connects to an address, and to nothing else.
 *
 * @throws what the system says, and the signal's reason.
 */
export function dial(address: string, port: number, signal: AbortSignal): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect({ host: address, port, allowHalfOpen: true });
  const stop = (): void => {
    socket.destroy();
    reject(signal.reason);
  };
  signal.addEventListener("abort", stop);
  socket.once("connect", () => resolve(socket));
  // Stays: an error after the connection is reported by the reader or writer.
  socket.on("error", reject);
  return promise.finally(() => signal.removeEventListener("abort", stop));
}

export interface Tunnel {
  readonly client: Socket;
  readonly server: Socket;
  /** What the client has already sent. */
  readonly rest: Uint8Array;
  /** Called with the bytes of every piece; what it throws ends the tunnel. */
  readonly count: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/** Passes bytes on in both directions until both sides have ended, or one fails; then both are closed. */
export async function passOn({ client, server, rest, count, signal }: Tunnel): Promise<void> {
  try {
    count(rest.length);
    server.write(rest);
    await Promise.all([
      pipeline(client, meter(count), server, { signal }),
      pipeline(server, meter(count), client, { signal }),
    ]);
  } finally {
    client.destroy();
    server.destroy();
  }
}

function meter(count: (bytes: number) => void): Transform {
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      try {
        count(chunk.length);
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
        return;
      }
      done(null, chunk);
    },
  });
}
