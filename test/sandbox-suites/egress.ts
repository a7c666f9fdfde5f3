/** The one way out of the sandbox's network, tried from inside, started by root and by an ordinary user. */
import { beforeAll, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pythonRequest } from "../sandbox-roles.ts";
import { until } from "../until.ts";
import type { SandboxEngine } from "./engine.ts";

const network = { hosts: ["page.invalid"] };

export function egressSuite(engine: SandboxEngine): void {
  const { attack, bench } = engine;

  beforeAll(async () => {
    // The runner is one file, in a folder that everybody may read; it looks for the bridge beside itself.
    const bridge = join(import.meta.dir, "../../platform/net/egress/bridge.ts");
    await Bun.write(join(bench.folder, "bridge.ts"), Bun.file(bridge));
  });

  test("leads to a proxy that knows only the domains of the lease", async () => {
    const { stdout } = await attack(
      `
def ask(target):
    door = socket.create_connection(('127.0.0.1', 3128), 5)
    door.sendall(('CONNECT %s HTTP/1.1\\r\\n\\r\\n' % target).encode())
    return door.makefile().read().split('\\n')[0].split()[1]
for target in ['other.invalid:443', '127.0.0.1:443', 'page.invalid:22', 'page.invalid:443']:
    print(target, ask(target))
`,
      { network },
    );
    // The last is allowed, and does not exist.
    expect(stdout).toBe(
      "other.invalid:443 403\n127.0.0.1:443 403\npage.invalid:22 403\npage.invalid:443 502\n",
    );
  });

  test("lets in nothing of the host: no other socket, process or file", async () => {
    const { stdout } = await attack(
      `
sockets = [line.split()[1] for line in open('/proc/net/tcp').read().splitlines()[1:]]
print(sockets)
attempt('unix', lambda: socket.socket(socket.AF_UNIX))
print(len([name for name in os.listdir('/proc') if name.isdigit()]), os.listdir('/tmp'))
`,
      { network },
    );
    const processes = engine.ownProcesses + 1;
    expect(stdout).toBe(`['0100007F:0C38']\nunix refused\n${processes} []\n`);
  });

  test("cannot be taken over by another listener", async () => {
    const { stdout } = await attack(
      `
door = socket.socket()
door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
attempt('bind', lambda: door.bind(('127.0.0.1', 3128)))
`,
      { network },
    );
    expect(stdout).toBe("bind refused\n");
  });

  test("closes with kill -9 of the process that opened it", async () => {
    const request = pythonRequest("import time; print('runs', flush=True); time.sleep(60)", {
      network,
    });
    const runner = bench.start(engine.words, engine.adapt(request));
    await runner.stderr.getReader().read();
    const [bridge = "", ...more] = await bridges(bench.folder);
    const socket = bridge.split("\0").find((word) => word.endsWith("/proxy")) ?? "";
    expect([more, existsSync(socket)]).toEqual([[], true]);
    runner.kill("SIGKILL");
    await until("the bridge to be gone", async () => (await bridges(bench.folder)).length === 0);
    expect(existsSync(dirname(socket))).toBe(false);
  });
}

/** Command lines of the bridges that this test has started. */
async function bridges(folder: string): Promise<readonly string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  // A process may be gone between the listing and the reading.
  const read = (pid: string) =>
    Bun.file(`/proc/${pid}/cmdline`)
      .text()
      .catch(() => "");
  const lines = await Promise.all(pids.map(read));
  return lines.filter((line) => line.includes(join(folder, "bridge.ts")));
}
