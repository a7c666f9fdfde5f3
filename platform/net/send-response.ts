/** Hands a `Response` to a connection of `node:http`. */
import type { ServerResponse } from "node:http";

/** Resolves when all of it is handed over, or the reader is gone. */
export async function sendResponse(response: Response, outgoing: ServerResponse): Promise<void> {
  for (const [name, value] of response.headers) outgoing.setHeader(name, value);
  // The only header whose values cannot be joined.
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) outgoing.setHeader("set-cookie", cookies);
  outgoing.statusCode = response.status;
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
  if (isStream && response.body !== null) return await pump(response.body, outgoing);
  outgoing.end(new Uint8Array(await response.arrayBuffer()));
}

/** Hands a stream on as fast as it is read, and no faster. */
async function pump(body: ReadableStream<Uint8Array>, outgoing: ServerResponse): Promise<void> {
  const reader = body.getReader();
  // A stream that waits for its next piece must hear at once that the reader is gone.
  outgoing.once("close", () => void reader.cancel().catch(() => undefined));
  outgoing.flushHeaders();
  for (;;) {
    const { done, value } = await reader.read();
    if (done || outgoing.destroyed) break;
    if (!outgoing.write(value)) await writable(outgoing);
  }
  outgoing.end();
}

async function writable(outgoing: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  outgoing.once("drain", resolve);
  outgoing.once("close", resolve);
  if (outgoing.destroyed) resolve();
  await promise;
  outgoing.off("drain", resolve);
  outgoing.off("close", resolve);
}
