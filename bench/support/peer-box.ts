/** A box for programs that are not ours and run what a model wrote: they have no sandbox of their own. */
import { realpathSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { type ChildOutcome, runChild } from "./child-program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Where the box shows things. */
const HOME = "/home/peer";
const FILES = "/home/task";
const PEERS = "/opt/peers";
const BUN = "/opt/bun";
const BRIDGE = "/opt/loopback-bridge.ts";
const SOCKET = "/opt/server/socket";

/** Port of the box's own loopback at which the model server seems to listen. */
export const BOX_PORT = 8080;

export interface BoxOptions {
  /** The folder in which npm installed the program. */
  readonly peers: string;
  /** Shown as the current folder, writable. */
  readonly folder: string;
  /** Address of the model server on this machine's loopback. */
  readonly base: string;
  /** Files of the program's home, by path relative to it. */
  readonly home: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Runs a program under bubblewrap: `/usr` and the program read-only, an empty home, the task's folder, and of
 * the network nothing but the model server.
 *
 * @param command its first part is a path relative to the folder of the peers.
 */
export async function runInBox(
  [program = "", ...rest]: readonly string[],
  options: BoxOptions,
): Promise<ChildOutcome> {
  await using outer = await temporaryFolder();
  const home = join(outer.path, "home");
  const server = join(outer.path, "server");
  await mkdir(home);
  await mkdir(server);
  for (const [path, content] of Object.entries(options.home))
    await Bun.write(join(home, path), content);
  await using _bridge = await bridge(join(server, "socket"), Number(new URL(options.base).port));
  const command = [
    ...boxOf({ home, server, options }),
    ...["--", BUN, BRIDGE, `${BOX_PORT}`, SOCKET, join(PEERS, program), ...rest],
  ];
  const env = { PATH: Bun.env["PATH"] ?? "/usr/bin" };
  return await runChild(command, { cwd: options.folder, env, signal: options.signal });
}

interface Places {
  readonly home: string;
  readonly server: string;
  readonly options: BoxOptions;
}

function boxOf({ home, server, options }: Places): string[] {
  const bridgePath = join(import.meta.dir, "../programs/loopback-bridge.ts");
  const environment = {
    ...{ HOME, PATH: "/usr/local/bin:/usr/bin:/bin", TERM: "dumb", LANG: "C.UTF-8" },
    ...options.env,
  };
  return [
    ...["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"],
    ...["--ro-bind", "/usr", "/usr", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"],
    ...["bin", "sbin", "lib", "lib64"].flatMap((name) => ["--symlink", `usr/${name}`, `/${name}`]),
    ...["passwd", "group", "ld.so.cache", "alternatives", "ssl"].flatMap((name) => [
      ...["--ro-bind-try", `/etc/${name}`, `/etc/${name}`],
    ]),
    ...["--ro-bind", realpathSync(options.peers), PEERS, "--ro-bind", process.execPath, BUN],
    ...["--ro-bind", bridgePath, BRIDGE, "--ro-bind", server, "/opt/server"],
    ...["--bind", home, HOME, "--bind", options.folder, FILES, "--chdir", FILES],
    ...Object.entries(environment).flatMap(([name, value]) => ["--setenv", name, value]),
  ];
}

/** Hands connections to a Unix socket on to a port of the loopback. */
async function bridge(path: string, port: number): Promise<AsyncDisposable> {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    for (const socket of [client, upstream]) open.add(socket);
    client.on("error", () => upstream.destroy()).on("close", () => upstream.destroy());
    upstream.on("error", () => client.destroy()).on("close", () => client.destroy());
    client.pipe(upstream).pipe(client);
  });
  const listening = Promise.withResolvers<void>();
  server.listen(path, listening.resolve);
  await listening.promise;
  return {
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await closed.promise;
    },
  };
}
