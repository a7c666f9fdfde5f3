#!/usr/bin/env bun
/** What the sandbox costs: the start of a program in it, and the way of its output. */
import { homeLabel } from "#platform/sandbox/container/container-host.ts";
import { hostOfContainers } from "#platform/sandbox/host.ts";
import { DEFAULT_POLICY } from "#platform/sandbox/policy.ts";
import { runSandboxed, type SandboxOptions } from "#platform/sandbox/run.ts";
import { NO_PODMAN, startPodman, tellWithoutPodman } from "#test/podman.ts";
import { compare } from "./support/compare.ts";
import { publish, type Section } from "./support/report.ts";

const MIB = 1024 * 1024;
const OUTPUT_BYTES = 64 * MIB;

const policy = {
  ...DEFAULT_POLICY,
  outputBytes: { stdout: 2 * OUTPUT_BYTES, stderr: MIB },
};
const { signal } = new AbortController();

/** The flags that documents recommend for a program that gets no network and cannot write. */
const BWRAP = [
  "bwrap",
  ...["--unshare-all", "--die-with-parent", "--new-session", "--clearenv"],
  ...["--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib"],
  ...["--symlink", "usr/lib64", "/lib64", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"],
  "--",
];

const SAY = [
  "sh",
  "-c",
  `yes "The quick brown fox jumps over the lazy dog." | head -c ${OUTPUT_BYTES}`,
];

publish([await start(), await output(), ...(await containers())]);

async function start(): Promise<Section> {
  return {
    title: "sandbox: start and end of the program `true`",
    unit: "ms, less is better",
    series: await compare(
      [
        { name: "bwrap", round: () => spawnMs([...BWRAP, "true"]) },
        { name: "runSandboxed", round: () => sandboxedMs(["true"]) },
        { name: "runSandboxed, started before", round: warmMs },
        { name: "no sandbox", round: () => spawnMs(["true"]) },
      ],
      { warmUp: 3, counted: 25 },
    ),
    aims: [],
  };
}

async function output(): Promise<Section> {
  const perSecond = async (run: () => Promise<number>): Promise<number> =>
    OUTPUT_BYTES / MIB / ((await run()) / 1000);
  return {
    title: `sandbox: ${OUTPUT_BYTES / MIB} MiB of output`,
    unit: "MiB per second, more is better",
    series: await compare(
      [
        { name: "bwrap", round: () => perSecond(() => spawnMs([...BWRAP, ...SAY])) },
        { name: "runSandboxed", round: () => perSecond(() => sandboxedMs(SAY)) },
        { name: "no sandbox", round: () => perSecond(() => spawnMs(SAY)) },
      ],
      { warmUp: 1, counted: 7 },
    ),
    aims: [],
  };
}

/** One call in a container of a real Podman: in the room's container that waits for it, and in one made for it. */
async function containers(): Promise<Section[]> {
  tellWithoutPodman("bench/sandbox.ts");
  if (NO_PODMAN !== undefined) return [];
  await using podman = await startPodman();
  // biome-ignore lint/nursery/useDisposables: it is disposed of above
  const { socket, image } = podman;
  const host = hostOfContainers({ socket, image, home: homeLabel("bench"), shows: [] });
  const series = await compare(
    [
      { name: "bubblewrap", round: () => sandboxedMs(["true"]) },
      { name: "container, warm", round: () => sandboxedMs(["true"], { host, room: "bench" }) },
      { name: "container, cold", round: () => sandboxedMs(["true"], { host }) },
    ],
    { warmUp: 2, counted: 15 },
  );
  return [{ title: "sandbox: one call, `true`", unit: "ms, less is better", series, aims: [] }];
}

/** Runs a program and reads all that it prints, as text. */
async function spawnMs(command: readonly string[]): Promise<number> {
  const startMs = performance.now();
  const child = Bun.spawn([...command], { stdio: ["ignore", "pipe", "pipe"] });
  const [text, errors, exit] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  const endMs = performance.now();
  demand(command, exit, text.length);
  if (errors !== "") throw new Error(errors);
  return endMs - startMs;
}

async function sandboxedMs(
  command: readonly string[],
  options: Partial<SandboxOptions> = {},
): Promise<number> {
  const startMs = performance.now();
  const { exit, stdout } = await runSandboxed(command, policy, { signal, ...options });
  const endMs = performance.now();
  demand(command, exit, stdout.length);
  return endMs - startMs;
}

/** What a pool of sandboxes that wait for their command would come to. */
async function warmMs(): Promise<number> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  let startMs = 0;
  const { exit } = await runSandboxed(["sh", "-c", "echo up; read -r go; exec $go"], policy, {
    signal,
    stdin: readable,
    onOutput: () => {
      startMs = performance.now();
      void writer.write(new TextEncoder().encode("true\n"));
    },
  });
  const endMs = performance.now();
  demand(["true"], exit, 0);
  return endMs - startMs;
}

function demand(command: readonly string[], exit: number | null, length: number): void {
  const expected = command.at(-1) === "true" ? 0 : OUTPUT_BYTES;
  if (exit === 0 && length === expected) return;
  throw new Error(`${command.join(" ")} ended with ${exit} after ${length} characters`);
}
