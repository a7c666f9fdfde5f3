import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { makeCertificate } from "#test/certificate.ts";
import { type Certificate, WebServer } from "#test/web-server.ts";
import { DEFAULT_POLICY, type SandboxPolicy } from "../../sandbox/policy.ts";
import { runSandboxed, type SandboxOptions } from "../../sandbox/run.ts";
import { EgressLease } from "./lease.ts";
import type { EgressEvent } from "./proxy.ts";

let certificate: Certificate;
let server: WebServer;
beforeAll(async () => {
  certificate = makeCertificate("page.example");
  server = await WebServer.open((_request, response) => void response.end("hello"), certificate);
});
afterAll(async () => await server[Symbol.asyncDispose]());

const policy: SandboxPolicy = { ...DEFAULT_POLICY, network: { hosts: ["page.example"] } };

function run(
  command: readonly string[],
  options: Partial<SandboxOptions> = {},
  allowed: SandboxPolicy = policy,
) {
  return runSandboxed(command, allowed, {
    signal: new AbortController().signal,
    files: [{ path: "/run/ca.pem", content: certificate.cert }],
    egress: server.rules,
    ...options,
  });
}

/** A program that fetches each URL, and says what became of it in one line. */
function fetching(...urls: readonly string[]): string[] {
  const program = `
    const ca = await Bun.file("/run/ca.pem").text();
    for (const url of process.argv.slice(1)) {
      await fetch(url, { tls: { ca } }).then(async (r) => console.log(r.status, await r.text()), (e) => console.log(e.code));
    }`;
  return ["bun", "-e", program, ...urls];
}

test("sandboxed code reaches the domains of its lease, and no others", async () => {
  const events: EgressEvent[] = [];
  const urls = ["page.example", "other.example", "127.0.0.1"].map((host) =>
    server.url("/", host).replace("http:", "https:"),
  );
  const egress = { ...server.rules, onEvent: (event: EgressEvent) => void events.push(event) };
  const { stdout, stderr } = await run(fetching(...urls), { egress });
  // What is local to the sandbox does not go through the proxy, and there no process listens.
  expect([stdout, stderr]).toEqual(["200 hello\nERR_PROXY_TUNNEL\nECONNREFUSED\n", ""]);
  // A program that ends leaves its tunnels as they are, which then break.
  const told = events.filter(({ kind }) => kind !== "broken");
  expect(told.map(({ kind, host }) => `${kind} ${host}`)).toEqual([
    "opened page.example",
    "refused other.example",
  ]);
});

test("a program that ignores its proxy reaches nothing but the proxy", async () => {
  const script = `
    for port in ${server.port} 3128; do
      (exec 5<>/dev/tcp/127.0.0.1/$port && echo "reached $port") 2>/dev/null
    done
    getent hosts page.example || echo "no names"
    cat /proc/net/dev | grep -c :`;
  const { stdout } = await run(["bash", "-c", script]);
  expect(stdout).toBe("reached 3128\nno names\n1\n");
});

test("without hosts there is no proxy", async () => {
  const alone = { ...policy, network: false } as const;
  const { stdout } = await run(["bash", "-c", "echo [$HTTPS_PROXY]"], {}, alone);
  expect(stdout).toBe("[]\n");
});

test("a lease leaves nothing behind", async () => {
  const opened = async (): Promise<string> => {
    await using lease = await EgressLease.open({ hosts: [] });
    expect(statSync(dirname(lease.socket)).mode & 0o777).toBe(0o700);
    expect(statSync(lease.socket).isSocket()).toBe(true);
    return dirname(lease.socket);
  };
  expect(existsSync(await opened())).toBe(false);
});

test("a host that is not a domain is refused before anything runs", async () => {
  const wrong = { ...policy, network: { hosts: ["*"] } };
  await expect(run(["true"], {}, wrong)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
});

test("a network that cannot be entered is told by its code", async () => {
  await using lease = await EgressLease.open({ hosts: [] });
  // No process has this id, whatever the system's limit.
  await expect(lease.attach(2 ** 30)).rejects.toMatchObject({ code: "SANDBOX_UNAVAILABLE" });
});

test("where nothing can enter the sandbox's network, the program does not run", async () => {
  const folder = mkdtempSync(join(tmpdir(), "org-path-"));
  try {
    for (const program of ["bwrap", "setpriv"]) {
      symlinkSync(Bun.which(program) ?? "", join(folder, program));
    }
    const runner = Bun.fileURLToPath(import.meta.resolve("#platform/sandbox/run.ts"));
    const program = `
      import { runSandboxed } from ${JSON.stringify(runner)};
      const policy = JSON.parse(process.argv.at(-1));
      const options = { signal: new AbortController().signal, onOutput: () => console.log("it ran") };
      await runSandboxed(["echo", "ran"], policy, options).catch(({ code, why }) => console.log(code, why));`;
    const { stdout } = Bun.spawnSync([process.execPath, "-e", program, JSON.stringify(policy)], {
      env: { PATH: folder },
    });
    expect(stdout.toString()).toBe('SANDBOX_UNAVAILABLE "nsenter" is not installed.\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what a lease of a process that was killed left goes with the next lease", async () => {
  await using lease = await EgressLease.open({ hosts: ["page.example"] });
  const folder = dirname(lease.socket);
  // Process 1 began at another time: as if a killed process had had its number.
  const left = folder.replace(/-\d+-\d+-[^-]*$/, "-1-1-left");
  mkdirSync(left);
  writeFileSync(join(left, "proxy"), "");
  await using next = await EgressLease.open({ hosts: ["page.example"] });
  expect([left, folder, dirname(next.socket)].map((path) => existsSync(path))).toEqual([
    false,
    true,
    true,
  ]);
});
