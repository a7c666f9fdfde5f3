/** Sets up what the probes attack, and takes it away. */
import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { SECRET } from "../sandbox-roles.ts";
import type { Targets } from "./probe.ts";

type UdpHandlerArguments = [
  socket: Bun.udp.Socket<"buffer">,
  data: Uint8Array,
  port: number,
  address: string,
];

export interface SetUp extends AsyncDisposable {
  readonly targets: Targets;
}

/** @param folder a folder of this test alone, that everybody may enter. */
export async function setUpTargets(folder: string, words: readonly string[]): Promise<SetUp> {
  const parts = new AsyncDisposableStack();
  const shown = mkdtempSync(join(folder, "shown-"));
  makeShownFolder(shown, folder);
  const door = join(shown, "door");
  const abstractDoor = `org-probe-${crypto.randomUUID()}`;
  const socket = { open: welcome, data: noOp };
  const tcp = Bun.listen({ hostname: "127.0.0.1", port: 0, socket });
  const doors = [door, `\0${abstractDoor}`].map((unix) => Bun.listen({ unix, socket }));
  chmodSync(door, 0o777);
  const udp = await Bun.udpSocket({
    hostname: "127.0.0.1",
    socket: { data: answer },
  });
  // `$0` of the shell: the secret in its command line.
  const victim = Bun.spawn([...words, "sh", "-c", "read end", SECRET], {
    env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", SECRET },
    stdin: "pipe",
    killSignal: "SIGKILL",
  });
  for (const server of [tcp, ...doors]) parts.defer(() => server.stop(true));
  parts.defer(() => udp.close());
  parts.use(victim);
  const targets: Targets = {
    tcpPort: tcp.port,
    udpPort: udp.port,
    door,
    abstractDoor,
    pid: victim.pid,
    secret: SECRET,
    secretFile: join(folder, "secret"),
    shownOnHost: shown,
    shown: "/shown",
    hostname: hostname(),
  };
  return { targets, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

function makeShownFolder(shown: string, folder: string): void {
  writeFileSync(join(folder, "secret"), SECRET);
  mkdirSync(join(shown, ".ssh"));
  for (const file of [".env", ".ssh/id", "file"]) writeFileSync(join(shown, file), SECRET);
  symlinkSync(join(folder, "secret"), join(shown, "link-to-secret"));
  // A folder that the user of the program owns, as a project is.
  for (const path of [shown, join(shown, ".ssh")]) chmodSync(path, 0o777);
  for (const file of [".env", ".ssh/id", "file"]) chmodSync(join(shown, file), 0o666);
}

function welcome(client: Bun.Socket<undefined>): void {
  client.end("welcome");
}

function answer(...[socket, , port, address]: UdpHandlerArguments): void {
  socket.send("welcome", port, address);
}

function noOp(): void {
  // A server needs a handler for what it never reads.
}
