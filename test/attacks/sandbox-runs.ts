/** Runs the probes from inside: in our sandbox, and in one that is built as is usual elsewhere. */
import { sanitize } from "#core/sanitize.ts";
import type { ContainerHost } from "#platform/sandbox/container/container-host.ts";
import { DEFAULT_POLICY, type WritableBind } from "#platform/sandbox/policy.ts";
import { type Bench, ORDINARY_USER, pythonRequest } from "../sandbox-roles.ts";
import { ESCAPES } from "./escape.ts";
import { LEAKS } from "./leak.ts";
import { NETWORK } from "./network.ts";
import { PATHS, WRITES_TO_SHOWN } from "./path.ts";
import { type Outcome, outcomesOf, type Probe, programOf, type Targets } from "./probe.ts";
import { LIMITS, REFUSALS, STOPS } from "./resource.ts";
import { setUpTargets } from "./targets.ts";
import { PRINTED, TERMINAL } from "./terminal.ts";

const TOGETHER = [...ESCAPES, ...NETWORK, ...LEAKS, ...PATHS, ...TERMINAL];

/** The watchdog ends a program earlier; only what it leaves alone takes so long. */
const HOLD_SECONDS = 8;

/** All that run as a program; those that are only printed come on top. */
export const SANDBOX_PROBES: readonly Probe[] = [...TOGETHER, ...REFUSALS, ...STOPS];

/**
 * The sandbox to attack: bubblewrap, with the shown folder read-only or under a layer, or read-only beside another that
 * programs change for good and start in; or Landlock's tier.
 */
export type Target = "read-only" | "layered" | "writable" | "landlock";

/** Every probe in our sandbox, started by the user that `words` make of us. */
export async function attackOurs(
  bench: Bench,
  words: readonly string[],
  target: Target | ContainerHost = "read-only",
): Promise<Outcome[]> {
  const container = typeof target === "string" ? undefined : target;
  const tier = target === "landlock" ? target : undefined;
  const layered = target === "layered";
  await using setUp = await setUpTargets(bench.folder, words);
  // Without namespaces, what is shown lies where it lies on the host.
  const { shownOnHost } = setUp.targets;
  const shown = tier === undefined ? setUp.targets.shown : shownOnHost;
  const targets: Targets = { ...setUp.targets, shown };
  const readOnly = [
    { from: targets.shownOnHost, to: setUp.targets.shown, hide: [".env", ".ssh"], layered },
  ];
  const writable = target === "writable" ? [writableIn(bench, words)] : [];
  const folder = layered ? setUp.targets.shown : writable[0]?.to;
  const before = await listing(shownOnHost);
  const run = async (probes: readonly Probe[], limits = {}): Promise<readonly Outcome[]> => {
    const policy = { ...DEFAULT_POLICY, readOnly, writable, folder, ...limits };
    const reply = await bench.ask(words, {
      ...pythonRequest(programOf(probes, targets, HOLD_SECONDS), policy),
      ...{ tier, container },
    });
    if ("refused" in reply) throw new Error(reply.refused);
    const { killed, stdout, stderr, exit } = reply.result;
    const outcomes = outcomesOf(probes, stdout);
    // What went wrong with the program of the probes is said by nothing else.
    if (killed === null && exit !== 0) throw new Error(`The probes ended with ${exit}: ${stderr}`);
    if (killed === null) return outcomes;
    // Of those that only may be refused, none may hide behind another that ends the sandbox.
    if (probes.length > 1) throw new Error(`The sandbox was ended: ${killed}`);
    // What ran until its time was over was not stopped for what it took.
    return outcomes.map(({ id, bites }) => ({
      ...{ id, bites: bites || killed === "wall", seen: `stopped: ${killed}` },
    }));
  };
  const limits = { ...LIMITS, cpuMs: 10_000, memoryBytes: DEFAULT_POLICY.memoryBytes };
  const groups = [await run(TOGETHER)];
  // Landlock's tier may end a program where the other refuses it another process: then one at a time.
  const refusals = tier === undefined ? [REFUSALS] : REFUSALS.map((probe) => [probe]);
  for (const probes of refusals) groups.push(await run(probes, limits));
  for (const probe of STOPS) groups.push(await run([probe], LIMITS));
  const reply = await bench.ask(words, { ...pythonRequest(printing()), tier, container });
  if ("refused" in reply) throw new Error(reply.refused);
  const inside = groups.flat();
  const isChanged = (await listing(shownOnHost)) !== before;
  if (writable.length > 0 && isChanged) throw new Error("What was shown is not what it was");
  const outcomes = layered ? inside.map((outcome) => underLayer(outcome, isChanged)) : inside;
  return [...outcomes, ...printed(sanitize(reply.result.stdout))];
}

function writableIn(bench: Bench, words: readonly string[]): WritableBind {
  return { from: bench.makeFolder(words), to: "/changed", maxBytes: 1024 ** 3, maxFiles: 100_000 };
}

/** What a program wrote into a layer got through only where the host's folder is not what it was. */
function underLayer(outcome: Outcome, isChanged: boolean): Outcome {
  if (!WRITES_TO_SHOWN.has(outcome.id)) return outcome;
  const where = isChanged ? "and the folder of the host has changed" : "in the layer alone";
  return { ...outcome, bites: isChanged, seen: `${outcome.seen}, ${where}` };
}

/** Everything of a folder that a program could change. */
async function listing(folder: string): Promise<string> {
  return await Bun.$`cd ${folder} && find . -printf "%p %y %m %s %T@ %n %l\n" | sort && cat file`.text();
}

/** Every probe under plain bubblewrap, started by an ordinary user. */
export async function attackPlain(bench: Bench, flags: readonly string[]): Promise<Outcome[]> {
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
        timeout: 600_000,
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
