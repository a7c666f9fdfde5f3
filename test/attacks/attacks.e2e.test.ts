/**
 * Harmless attacks, one line each: `SAFE` or `VULN`, the probe, and what was seen. Some run inside the
 * sandbox, some attack what the host does with the text, the repositories and the addresses of others. The
 * same attacks are made on what is usual elsewhere, to prove that they bite.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Kernel } from "#platform/sandbox/landlock/kernel.ts";
import { LEAST_VERSION } from "#platform/sandbox/landlock/rules.ts";
import { sampled } from "../sample.ts";
import { type Bench, ORDINARY_USER, openBench, ROLES } from "../sandbox-roles.ts";
import { buildHostAttacks, runHostAttacks } from "./host/run.ts";
import { HOST_PROBES } from "./host/runner.ts";
import { NOT_PROMISED_BY_LANDLOCK } from "./not-promised.ts";
import type { Outcome } from "./probe.ts";
import { attackOurs, attackPlain, SANDBOX_PROBES } from "./sandbox-runs.ts";
import { PRINTED } from "./terminal.ts";

const LANDLOCK = new Kernel().landlockVersion;

const TARGETS = ["read-only", "layered", "writable", "landlock", "host"] as const;
/** Each attacks every target once, and has each role: an ordinary run makes one of them, and `ORG_ALL=1` all. */
const ROUNDS = ROLES.map((_, round) =>
  TARGETS.map((target, index) => ({ target, role: ROLES[(round + index) % ROLES.length]?.[0] })),
);
const CHOSEN = sampled("rounds of attacks", ROUNDS, { percent: 50 }).flat();

const isLeftOut = (target: (typeof TARGETS)[number], role: string): boolean =>
  !CHOSEN.some((one) => one.target === target && one.role === role);

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
  await buildHostAttacks(bench.folder);
});
afterAll(() => bench.remove());

test("there are enough probes, of every class, and each has a name of its own", () => {
  const all = [...SANDBOX_PROBES, ...HOST_PROBES];
  expect(all.length).toBeGreaterThanOrEqual(60);
  expect(new Set(all.map((probe) => probe.class)).size).toBe(12);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
});

describe.each(ROLES)("started by %s", (name, words) => {
  test.skipIf(isLeftOut("read-only", name))("nothing gets out of the sandbox", async () => {
    const outcomes = await attackOurs(bench, words);
    report(`org, started by ${name}`, outcomes);
    expect(outcomes.length).toBe(SANDBOX_PROBES.length + PRINTED.length);
    expectAllSafe(outcomes);
  });

  test.skipIf(isLeftOut("layered", name))(
    "nothing gets out, and nothing of the folder changes, where programs write into a layer above it",
    async () => {
      const outcomes = await attackOurs(bench, words, "layered");
      report(`org with a layer over the folder, started by ${name}`, outcomes);
      expect(outcomes.length).toBe(SANDBOX_PROBES.length + PRINTED.length);
      expectAllSafe(outcomes);
      const writing = outcomes.find(({ id }) => id === "write-shown");
      expect(writing?.seen).toContain("in the layer alone");
    },
  );

  test.skipIf(isLeftOut("writable", name))(
    "nothing gets out of a folder that programs change for good",
    async () => {
      const outcomes = await attackOurs(bench, words, "writable");
      report(`org with a folder to write to, started by ${name}`, outcomes);
      expect(outcomes.length).toBe(SANDBOX_PROBES.length + PRINTED.length);
      expectAllSafe(outcomes);
    },
  );

  test.skipIf(LANDLOCK < LEAST_VERSION || isLeftOut("landlock", name))(
    "nothing gets out under Landlock alone, but for what it does not promise",
    async () => {
      const outcomes = await attackOurs(bench, words, "landlock");
      report(`org with --sandbox=landlock, started by ${name}`, outcomes, NOT_PROMISED_BY_LANDLOCK);
      expect(outcomes.length).toBe(SANDBOX_PROBES.length + PRINTED.length);
      expectAllSafe(outcomes.filter(({ id }) => !Object.hasOwn(NOT_PROMISED_BY_LANDLOCK, id)));
    },
  );

  test.skipIf(isLeftOut("host", name))(
    "nothing that the host is given makes it do something",
    async () => {
      const outcomes = await runHostAttacks(bench.folder, words, "ours");
      report(`the host of org, started by ${name}`, outcomes);
      expect(outcomes.length).toBe(HOST_PROBES.length);
      expectAllSafe(outcomes);
    },
  );
});

// Never as root: what root may do there would be done to this machine.
describe("the same probes bite under plain bubblewrap", () => {
  const usual = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"];
  // Measured on Linux 6.18, bubblewrap 0.8.0: 95, 87 and 83 of 124. Other kernels refuse a few of them.
  const sandboxes: readonly (readonly [string, readonly string[], number])[] = [
    ["with the network of the host", [], 80],
    ["with --unshare-net", ["--unshare-net"], 70],
    ["with --unshare-all", ["--unshare-all"], 65],
  ];
  test.concurrent.each(sampled("sandboxes that are usual", sandboxes, { percent: 33 }))(
    "%s",
    async (flags, more, atLeast) => {
      const outcomes = await attackPlain(bench, [...usual, "--die-with-parent", ...more]);
      report(`bwrap ${flags}`, outcomes);
      expectBites(outcomes, atLeast);
    },
  );
});

test("the attacks on the host bite plain Git, plain fetch, and stores that believe", async () => {
  const outcomes = await runHostAttacks(bench.folder, ORDINARY_USER, "weak");
  report("what is usual elsewhere", outcomes);
  // Measured with Git 2.39 and Bun 1.4.5: 261 of 281.
  expectBites(outcomes, 250);
});

function expectAllSafe(outcomes: readonly Outcome[]): void {
  expect(outcomes.filter(({ broken }) => broken)).toEqual([]);
  expect(outcomes.filter(({ bites }) => bites)).toEqual([]);
}

function expectBites(outcomes: readonly Outcome[], atLeast: number): void {
  expect(outcomes.filter(({ broken }) => broken)).toEqual([]);
  expect(outcomes.filter(({ bites }) => bites).length).toBeGreaterThanOrEqual(atLeast);
}

function report(
  title: string,
  outcomes: readonly Outcome[],
  notPromised: Readonly<Record<string, string>> = {},
): void {
  const bites = outcomes.filter((outcome) => outcome.bites);
  const unpromised = bites.filter(({ id }) => Object.hasOwn(notPromised, id)).length;
  const lines = outcomes.map(({ id, bites: isThrough, seen }) => {
    const why = isThrough ? notPromised[id] : undefined;
    if (why !== undefined) return `NOT PROMISED ${id}: ${seen} (${why})\n`;
    return `${isThrough ? "VULN" : "SAFE"} ${id}: ${seen}\n`;
  });
  const rest = unpromised === 0 ? "" : `, ${unpromised} are not promised`;
  const count = `${bites.length - unpromised} of ${outcomes.length} get through${rest}`;
  process.stderr.write(`${title}: ${count}\n${lines.join("")}\n`);
}
