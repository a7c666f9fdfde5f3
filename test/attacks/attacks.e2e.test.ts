/**
 * Harmless attacks from inside, one line each: `SAFE` or `VULN`, the probe, and what was seen. The same
 * probes run under plain bubblewrap with the flags that are usual elsewhere, to prove that they bite.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sanitize } from "#core/sanitize.ts";
import { DEFAULT_POLICY } from "#platform/sandbox/policy.ts";
import { type Bench, ORDINARY_USER, openBench, pythonRequest, ROLES } from "../sandbox-roles.ts";
import { ESCAPES } from "./escape.ts";
import { LEAKS } from "./leak.ts";
import { NETWORK } from "./network.ts";
import { PATHS } from "./path.ts";
import { type Outcome, outcomesOf, type Probe, programOf, type Targets } from "./probe.ts";
import { LIMITS, REFUSALS, STOPS } from "./resource.ts";
import { setUpTargets } from "./targets.ts";
import { PRINTED, TERMINAL } from "./terminal.ts";

const TOGETHER = [...ESCAPES, ...NETWORK, ...LEAKS, ...PATHS, ...TERMINAL];
const ALL = [...TOGETHER, ...REFUSALS, ...STOPS];
const PROBES = ALL.length + PRINTED.length;

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.remove());

test("there are enough probes, of every class, and each has a name of its own", () => {
  expect(PROBES).toBeGreaterThanOrEqual(60);
  expect(new Set(ALL.map((probe) => probe.class)).size).toBe(6);
  expect(new Set(ALL.map(({ id }) => id)).size).toBe(ALL.length);
});

describe.each(ROLES)("started by %s", (name, words) => {
  test("nothing gets through", async () => {
    const outcomes = await attackOurs(words);
    report(`org, started by ${name}`, outcomes);
    expect(outcomes.length).toBe(PROBES);
    expect(outcomes.filter(({ broken }) => broken)).toEqual([]);
    expect(outcomes.filter(({ bites }) => bites)).toEqual([]);
  }, 30_000);
});

// Never as root: what root may do there would be done to this machine.
describe("the same probes bite under plain bubblewrap", () => {
  const usual = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"];
  // Measured on Linux 6.18, bubblewrap 0.8.0: 95, 87 and 83 of 124. Other kernels refuse a few of them.
  test.each([
    ["with the network of the host", [], 80],
    ["with --unshare-net", ["--unshare-net"], 70],
    ["with --unshare-all", ["--unshare-all"], 65],
  ])(
    "%s",
    async (flags, more, atLeast) => {
      const outcomes = await attackPlain([...usual, "--die-with-parent", ...more]);
      report(`bwrap ${flags}`, outcomes);
      expect(outcomes.filter(({ broken }) => broken)).toEqual([]);
      expect(outcomes.filter(({ bites }) => bites).length).toBeGreaterThanOrEqual(atLeast);
    },
    30_000,
  );
});

async function attackOurs(words: readonly string[]): Promise<Outcome[]> {
  await using setUp = await setUpTargets(bench.folder, words);
  const targets: Targets = { ...setUp.targets };
  const readOnly = [{ from: targets.shownOnHost, to: targets.shown, hide: [".env", ".ssh"] }];
  const run = async (probes: readonly Probe[], limits = {}): Promise<readonly Outcome[]> => {
    const policy = { ...DEFAULT_POLICY, readOnly, ...limits };
    const reply = await bench.ask(words, pythonRequest(programOf(probes, targets), policy));
    if ("refused" in reply) throw new Error(reply.refused);
    const { killed, stdout } = reply.result;
    const outcomes = outcomesOf(probes, stdout);
    if (killed === null) return outcomes;
    // Of those that only may be refused, none may hide behind another that ends the sandbox.
    if (probes.length > 1) throw new Error(`The sandbox was ended: ${killed}`);
    return outcomes.map((outcome) => ({ ...outcome, seen: `stopped: ${killed}` }));
  };
  const groups = [
    await run(TOGETHER),
    await run(REFUSALS, { ...LIMITS, cpuMs: 10_000, memoryBytes: DEFAULT_POLICY.memoryBytes }),
  ];
  for (const probe of STOPS) groups.push(await run([probe], LIMITS));
  const reply = await bench.ask(words, pythonRequest(printing()));
  if ("refused" in reply) throw new Error(reply.refused);
  return [...groups.flat(), ...printed(sanitize(reply.result.stdout))];
}

async function attackPlain(flags: readonly string[]): Promise<Outcome[]> {
  await using setUp = await setUpTargets(bench.folder, ORDINARY_USER);
  // Such sandboxes show the project where it lies, to read and to write.
  const targets: Targets = { ...setUp.targets, shown: setUp.targets.shownOnHost };
  const flagsWithProject = [...flags, "--bind", targets.shown, targets.shown];
  const run = async (program: string): Promise<string> => {
    // `/tmp` is empty there: the program comes in by its standard input.
    await using child = Bun.spawn(
      [...ORDINARY_USER, ...CAPS, "bwrap", ...flagsWithProject, "--", "python3", "-I", "-"],
      {
        cwd: "/",
        env: { PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", SECRET: targets.secret },
        stdin: new Blob([program]),
        stdout: "pipe",
        stderr: "ignore",
        timeout: 25_000,
        killSignal: "SIGKILL",
      },
    );
    return await child.stdout.text();
  };
  const probes = [...TOGETHER, ...REFUSALS, ...STOPS].filter(({ only }) => only === undefined);
  const outcomes = outcomesOf(probes, await run(programOf(probes, targets)));
  return [...outcomes, ...printed(await run(printing()))];
}

// Whatever a probe does there, this machine does not feel it.
const CAPS = [
  "prlimit",
  `--as=${80 * 1024 ** 3}`,
  `--data=${512 * 1024 ** 2}`,
  "--cpu=20",
  "--fsize=33554432",
  "--",
];

function printing(): string {
  const lines = PRINTED.map(([, text]) => text);
  return `import json, sys\nfor text in json.loads(${JSON.stringify(JSON.stringify(lines))}): sys.stdout.buffer.write(text.encode() + b'\\n')`;
}

/** What of the printed text would reach a screen. */
function printed(shown: string): Outcome[] {
  const lines = shown.split("\n");
  return PRINTED.map(([id, text], index) => ({
    id,
    bites: lines[index] === text,
    seen: JSON.stringify(lines[index]),
  }));
}

function report(title: string, outcomes: readonly Outcome[]): void {
  const bites = outcomes.filter((outcome) => outcome.bites).length;
  const lines = outcomes.map(
    ({ id, bites: isThrough, seen }) => `${isThrough ? "VULN" : "SAFE"} ${id}: ${seen}\n`,
  );
  process.stderr.write(`${title}: ${bites} of ${outcomes.length} get through\n${lines.join("")}\n`);
}
