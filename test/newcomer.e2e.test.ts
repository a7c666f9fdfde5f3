/**
 * What a person meets who has just cloned the repository: an empty home, empty package caches, and
 * no Bun. These tests really install, through the package clients of the machine.
 */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmod, copyFile, exists, mkdir, readdir, symlink, unlink } from "node:fs/promises";
import { join } from "node:path";
import { type Checkout, openCheckout, type Ran, runProgram } from "./checkout.ts";
import { DISK } from "./disk.ts";

const BUN_VERSION = (await Bun.file(`${import.meta.dir}/../.bun-version`).text()).trim();
const ROOM = 'console.log("the room is open"); setInterval(() => {}, 60_000);';

/** Asks inside the sandbox for the version of Bun. */
const PROBE = `
  import { POLICIES } from "#platform/sandbox/policy.ts";
  import { runSandboxed } from "#platform/sandbox/run.ts";
  const { signal } = new AbortController();
  console.log((await runSandboxed(["bun", "--version"], POLICIES.sh, { signal })).stdout);
`;

const asRoot = process.getuid?.() === 0;

let checkout: Checkout;
let bin: string;
let environment: Record<string, string>;

beforeEach(async () => {
  checkout = await openCheckout(ROOM, DISK);
  bin = join(checkout.home, "bin");
  await mkdir(bin);
  // The programs of the system, with nothing that was added to a PATH.
  for (const folder of ["/usr/bin", "/usr/sbin"]) {
    for (const name of await readdir(folder)) {
      if (!(await exists(`${bin}/${name}`))) await symlink(`${folder}/${name}`, `${bin}/${name}`);
    }
  }
  await without("bun", "bunx");
  // As any home that is not /root: setup tries the sandbox as the overflow user.
  await chmod(join(checkout.home, ".."), 0o755);
  environment = {
    ...outerNetwork(),
    PATH: bin,
    HOME: checkout.home,
    // For root it would be /usr/local/share, and a test must leave no trace there.
    XDG_DATA_HOME: join(checkout.home, ".local/share"),
    TMUX_TMPDIR: checkout.home,
  };
});

afterEach(async () => {
  if (await exists(`${bin}/tmux`)) await run("tmux", "kill-server");
  await checkout[Symbol.asyncDispose]();
});

/** How this machine reaches its package registries; it is not part of what a newcomer lacks. */
function outerNetwork(): Record<string, string> {
  const names = /^(https?_proxy|no_proxy|SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS|CURL_CA_BUNDLE)$/i;
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(Bun.env)) {
    if (names.test(name) && value !== undefined) found[name] = value;
  }
  return found;
}

const run = (...command: readonly string[]): Promise<Ran> => checkout.run(command, environment);

/** Takes programs off the machine. */
async function without(...names: readonly string[]): Promise<void> {
  for (const name of names) if (await exists(`${bin}/${name}`)) await unlink(`${bin}/${name}`);
}

/** The packages that this checkout locks; without it the checkout needs none. */
async function needsPackages(): Promise<void> {
  for (const name of ["package.json", "bun.lock"]) {
    await copyFile(`${import.meta.dir}/../${name}`, `${checkout.root}/${name}`);
  }
}

/** For what is not about fetching Bun. */
function alreadyHasBun(): Promise<void> {
  return symlink(process.execPath, `${bin}/bun`);
}

/** Puts a program of the test in the place of one of the system. */
async function replace(name: string, script: string): Promise<void> {
  await without(name);
  await Bun.write(`${bin}/${name}`, `#!/bin/sh\n${script}\n`);
  await chmod(`${bin}/${name}`, 0o755);
}

test("run.sh sets up an empty machine with npm and opens the room; the next time it is ready", async () => {
  await needsPackages();
  const first = await run("./ops/run.sh");
  expect(first.stderr).toContain(`setup: installing Bun ${BUN_VERSION} for linux-`);
  expect(first.stderr).toContain("setup: installing the locked packages (bun install)");
  expect(first.stderr).toContain('run: the room is open in tmux session "org"');
  expect(first.exitCode).toBe(0);

  const bun = `${checkout.home}/.local/share/org/bun-${BUN_VERSION}/bun`;
  expect((await run(bun, "--version")).stdout.trim()).toBe(BUN_VERSION);
  expect(await exists(`${checkout.root}/node_modules/zod/package.json`)).toBe(true);
  await Bun.write(`${checkout.root}/probe.ts`, PROBE);
  expect((await run(bun, "probe.ts")).stdout.trim()).toBe(BUN_VERSION);

  const stopped = await run("./ops/stop.sh");
  expect(stopped.stderr).toBe("stop: the room has left\n");
  // With nothing to fetch it must also work where there is no network at all.
  await without("npm", "curl", "apt-get");
  const again = await run("./ops/setup.sh");
  expect(again.stderr).toBe("setup: nothing is missing\n");
  expect(again.exitCode).toBe(0);
});

test("test.sh sets up, and its last line is the count even when the counting itself breaks", async () => {
  await Bun.write(`${checkout.root}/ops/verify.ts`, "process.exit(0);");
  const { stdout, stderr, exitCode } = await run("./ops/test.sh");
  expect(stderr).toContain(`setup: installing Bun ${BUN_VERSION}`);
  expect(stdout).toBe("0 passed, 1 failed\n");
  expect(exitCode).toBe(1);
});

test("with curl alone, Bun comes from its release, checked against the published sums", async () => {
  await without("npm");
  await using release = await serveRelease(process.execPath);
  environment["GITHUB"] = release.url;
  const { stderr, exitCode } = await run("./ops/setup.sh");
  expect(stderr).toContain("setup: nothing is missing");
  expect(exitCode).toBe(0);
  expect(release.asked).toEqual([
    `/oven-sh/bun/releases/download/bun-v${BUN_VERSION}/${release.archive}`,
    `/oven-sh/bun/releases/download/bun-v${BUN_VERSION}/SHASUMS256.txt`,
  ]);
});

test("a release that does not match its sum is not installed", async () => {
  await without("npm");
  await using release = await serveRelease(process.execPath, "0".repeat(64));
  environment["GITHUB"] = release.url;
  const { stderr, exitCode } = await run("./ops/setup.sh");
  expect(stderr).toContain(`${release.archive}: FAILED`);
  expect(stderr).toContain(`setup: could not fetch Bun ${BUN_VERSION}`);
  expect(stderr).toContain(`→ npm install --global bun@${BUN_VERSION}`);
  expect(exitCode).toBe(69);
  expect(await exists(`${checkout.home}/.local/share/org`)).toBe(false);
});

test("a program that is not the pinned Bun never looks installed", async () => {
  await replace("npm", "exit 1");
  await replace("old", "echo 1.0.0");
  await using release = await serveRelease(`${bin}/old`);
  environment["GITHUB"] = release.url;
  const { stderr, exitCode } = await run("./ops/setup.sh");
  expect(stderr).toContain(
    "setup: the Bun that was fetched is not the pinned one: its SHA-256 is ",
  );
  expect(exitCode).toBe(69);
  const started = await run("./ops/org.sh");
  expect(started.stderr).toBe(
    `org: Bun ${BUN_VERSION} is not installed\n→ ${checkout.root}/ops/setup.sh\n`,
  );
  expect(started.exitCode).toBe(69);
});

test.if(asRoot)(
  "a Bun that only root may run is not used: the tools of a room could not",
  async () => {
    await mkdir(`${checkout.home}/private`, { mode: 0o700 });
    await copyFile(process.execPath, `${checkout.home}/private/bun`);
    await symlink(`${checkout.home}/private/bun`, `${bin}/bun`);
    expect((await run("bun", "--version")).stdout.trim()).toBe(BUN_VERSION);
    const started = await run("./ops/org.sh");
    expect(started.stderr).toContain(`org: Bun ${BUN_VERSION} is not installed`);
  },
);

test("everything that cannot be installed is named at once, with what to do", async () => {
  await without("apt-get", "tmux", "bwrap", "npm", "curl");
  const { stderr, exitCode } = await run("./ops/run.sh");
  expect(stderr).toContain(
    "missing: tmux bubblewrap curl ca-certificates; this machine has no apt-get",
  );
  expect(stderr).toContain(`could not fetch Bun ${BUN_VERSION}`);
  expect(exitCode).toBe(69);
});

// Only as root: otherwise sudo would find the real apt-get.
test.if(asRoot)(
  "missing packages go through apt-get, which refreshes its lists only when it must",
  async () => {
    const log = `${checkout.home}/apt.log`;
    const installs = `echo "$*" >>${log}; case $* in *install*) test -e ${log}.updated;; *) : >${log}.updated;; esac`;
    await replace("apt-get", installs);
    await replace("npm", "exit 1");
    await without("tmux", "bwrap", "curl");
    await run("./ops/setup.sh");
    expect((await Bun.file(log).text()).split("\n")).toEqual([
      expect.stringMatching(/ install -y --no-install-recommends tmux bubblewrap$/),
      expect.stringMatching(/ update$/),
      expect.stringMatching(/ install -y --no-install-recommends tmux bubblewrap$/),
      "",
    ]);
  },
);

test.if(process.getuid?.() === 0)(
  "without root and sudo the command to paste is named",
  async () => {
    await alreadyHasBun();
    await without("tmux", "sudo");
    await chmod(checkout.home, 0o777);
    await chmod(join(checkout.home, ".."), 0o755);
    const setpriv = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const { stderr, exitCode } = await run(...setpriv, "./ops/setup.sh");
    expect(stderr).toContain("setup: missing: tmux; installing them needs root");
    expect(stderr).toContain("→ sudo apt-get update && sudo apt-get install -y tmux");
    expect(exitCode).toBe(77);
  },
);

test("where the kernel allows no sandbox, setup says so and the room opens all the same", async () => {
  await alreadyHasBun();
  await replace("bwrap", 'echo "bwrap: No permissions to create a new namespace" >&2; exit 1');
  const { stderr, exitCode } = await run("./ops/run.sh");
  expect(stderr).toContain("cannot make a sandbox here: bwrap: No permissions");
  expect(stderr).toContain("the room works; tools that run programs will refuse");
  expect(stderr).toContain('run: the room is open in tmux session "org"');
  expect(exitCode).toBe(0);
});

interface Release extends AsyncDisposable {
  readonly url: string;
  /** Name of the archive for this machine. */
  readonly archive: string;
  readonly asked: readonly string[];
}

/** Serves a program the way Bun publishes its releases, on loopback. */
async function serveRelease(program: string, sum?: string): Promise<Release> {
  const target = `bun-linux-${process.arch === "arm64" ? "aarch64" : "x64"}`;
  const folder = join(checkout.home, "release");
  await mkdir(join(folder, target), { recursive: true });
  await copyFile(program, join(folder, target, "bun"));
  const archive = `${target}.zip`;
  // Stored, not compressed: the program is 100 MB, and the archive is not read twice.
  const zip = "import sys, zipfile; zipfile.ZipFile(sys.argv[1], 'w').write(sys.argv[2])";
  const environmentOfZip = { PATH: bin };
  await runProgram(["python3", "-c", zip, archive, `${target}/bun`], {
    cwd: folder,
    environment: environmentOfZip,
  });
  const bytes = await Bun.file(join(folder, archive)).bytes();
  const digest = sum ?? new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
  const asked: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      const path = new URL(request.url).pathname;
      asked.push(path);
      return new Response(path.endsWith(".zip") ? bytes : `${digest}  ${archive}\n`);
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    archive,
    asked,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
