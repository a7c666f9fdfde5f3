/**
 * The program that attacks the sandbox from inside, for `org doctor`. It runs there alone, so it imports
 * nothing of ours; a person who runs it outside harms nothing: every attack either only looks or undoes itself.
 */
import { spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { createServer } from "node:net";

/** What is attacked; it lies on the host. */
export interface Targets {
  /** A port of the host's loopback on which a process listens. */
  readonly port: number;
  /** Folders of the host. */
  readonly folders: readonly string[];
}

/** What became of one attack. */
export interface AttackReport {
  readonly name: string;
  readonly safe: boolean;
  /** What was seen: how it was refused, or what it reached. */
  readonly seen: string;
}

interface Attack {
  readonly name: string;
  /** Throws when it is held off; else says what it reached. */
  readonly reach: (targets: Targets) => string | Promise<string>;
}

/** Larger than any scratch folder that a policy gives by default. */
const TOO_LARGE_BYTES = 200 * 1024 ** 2;

const ATTACKS: readonly Attack[] = [
  { name: "talk to a server on the host", reach: ({ port }) => connect(port) },
  {
    name: "list folders of the host",
    reach: ({ folders }) => {
      const seen = folders.filter((folder) => existsSync(folder));
      if (seen.length === 0) throw new Error("none of them exists here");
      return seen.join(", ");
    },
  },
  {
    name: "read the host's passwords",
    reach: () => readFileSync("/etc/shadow", "utf8").slice(0, 9),
  },
  {
    name: "read the environment of what started it",
    reach: () => `${readFileSync("/proc/1/environ").length} bytes`,
  },
  {
    name: "see processes of the host",
    reach: () => {
      const pids = readdirSync("/proc").filter((name) => Number(name) > 0);
      if (pids.length < 10) throw new Error(`only the ${pids.length} of this sandbox`);
      return `${pids.length} processes`;
    },
  },
  { name: "change the system's programs", reach: () => writeAndRemove("/usr/bin/org-self-test") },
  {
    name: "change the kernel's settings",
    reach: () => {
      closeSync(openSync("/proc/sys/kernel/core_pattern", "r+"));
      return "opened for writing";
    },
  },
  {
    name: "make a user namespace",
    reach: () => {
      const { status, stderr } = spawnSync("/usr/bin/unshare", ["--user", "true"], {
        encoding: "utf8",
      });
      if (status !== 0) throw new Error(stderr.trim());
      return "made";
    },
  },
  { name: "open a Unix socket", reach: listenOnPath },
  { name: "fill the disk", reach: fillWorkFolder },
];

async function connect(port: number): Promise<string> {
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    // A handler is required; there is nothing to read.
    socket: { data: () => undefined },
  });
  socket.end();
  return "connected";
}

function writeAndRemove(path: string): string {
  writeFileSync(path, "");
  rmSync(path);
  return "written";
}

async function listenOnPath(): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const server = createServer();
  server.on("error", reject);
  server.listen("/tmp/org-self-test.socket", () => server.close(() => resolve("listening")));
  return await promise;
}

function fillWorkFolder(): string {
  // In the folder that it starts in, wherever that lies.
  const path = "org-self-test";
  const file = openSync(path, "w");
  try {
    ftruncateSync(file, TOO_LARGE_BYTES);
    writeSync(file, "x", TOO_LARGE_BYTES - 1);
    return "200 MiB";
  } finally {
    closeSync(file);
    rmSync(path);
  }
}

async function attack({ name, reach }: Attack, targets: Targets): Promise<AttackReport> {
  try {
    return { name, safe: false, seen: await reach(targets) };
  } catch (error) {
    return { name, safe: true, seen: error instanceof Error ? error.message : String(error) };
  }
}

if (import.meta.main) {
  const targets: Targets = JSON.parse(await Bun.stdin.text());
  const reports: AttackReport[] = [];
  for (const each of ATTACKS) reports.push(await attack(each, targets));
  process.stdout.write(JSON.stringify(reports));
}
