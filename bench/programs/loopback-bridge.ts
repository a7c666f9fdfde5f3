/**
 * Runs inside a box without a network: hands connections to a port of the box's loopback on to a Unix socket, starts a
 * program, and ends with its exit code.
 *
 *     bun loopback-bridge.ts PORT SOCKET COMMAND…
 */
import { connect, createServer } from "node:net";

const [port = "", socket = "", ...command] = process.argv.slice(2);
const server = createServer((client) => {
  const upstream = connect(socket);
  client.on("error", () => upstream.destroy()).pipe(upstream);
  upstream.on("error", () => client.destroy()).pipe(client);
});
const listening = Promise.withResolvers<void>();
server.listen(Number(port), "127.0.0.1", listening.resolve);
await listening.promise;
const child = Bun.spawn(command, { stdio: ["ignore", "inherit", "inherit"] });
process.exit(await child.exited);
