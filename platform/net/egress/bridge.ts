/**
 * A program of its own that stands with one foot in a sandbox: it listens on the loopback of the sandbox's
 * network, and passes every connection on to the Unix socket of its proxy, which lies outside. It reads
 * nothing of what it passes on. It prints one line when it listens. When its standard input ends, it removes
 * the folder of the socket and ends, too.
 *
 *   bridge.ts SOCKET PORT
 */
import { rmdirSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { dirname } from "node:path";
import { pipeline } from "node:stream";

if (import.meta.main) {
  const [path = "", port = ""] = process.argv.slice(2);
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const proxy = connect({ path, allowHalfOpen: true });
    const close = (error: unknown): void => {
      // Both go as one: half a connection is of no use to either side.
      if (error === undefined || error === null) return;
      client.destroy();
      proxy.destroy();
    };
    pipeline(client, proxy, close);
    pipeline(proxy, client, close);
  });
  server.listen(Number(port), "127.0.0.1", () => process.stdout.write("ready\n"));
  await Bun.stdin.bytes();
  // The process that opened the lease is gone without closing it, and no other knows of its folder.
  rmSync(path, { force: true });
  rmdirSync(dirname(path));
  process.exit(0);
}
