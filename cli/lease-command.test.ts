import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { argumentsHash } from "#core/policy/lease.ts";
import { createHome, homePaths } from "#home/home-paths.ts";
import { LeaseStore } from "#home/lease-store.ts";
import { type TemporaryFolder, temporaryFolder } from "#platform/temporary-folder.ts";
import { capturedOutput } from "#test/captured-output.ts";
import { parseCommandLine } from "./command-line.ts";
import { noteUnknownTool, runLease } from "./lease-command.ts";

const NOW = Date.UTC(2026, 2, 1, 9, 30);
const HOUR_MS = 3_600_000;

let folder: TemporaryFolder;
let store: LeaseStore;

beforeEach(async () => {
  folder = await temporaryFolder("lease");
  const paths = homePaths(folder.path);
  await createHome(paths);
  store = new LeaseStore(paths, () => NOW);
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

/** Types `org lease …`. @returns what it wrote to standard output, and what it said. */
async function lease(...args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const { operands, options } = parseCommandLine(["lease", ...args]);
  const output = capturedOutput();
  expect(await runLease(operands, { store, flags: options, output, now: NOW })).toBe(0);
  return { stdout: output.stdout, stderr: output.stderr };
}

async function granted(...args: readonly string[]): Promise<string> {
  return (await lease("grant", ...args)).stdout.trim();
}

describe("org lease", () => {
  test("says that there is no lease, and on standard output nothing", async () => {
    expect(await lease()).toEqual({ stdout: "", stderr: "No lease was granted.\n" });
  });

  test("grants one use within an hour unless more is asked for", async () => {
    const id = await granted("--tool", "sh");
    const until = new Date(NOW + HOUR_MS).toISOString();
    expect((await lease("list")).stdout).toBe(
      `${id}\tgranted\tused 0\ttool sh\tuntil ${until}\tuses 1\n`,
    );
  });

  test("may be used a thousand times within a week, and no more", async () => {
    const week = `${7 * 24 * 60}`;
    await granted("--tool", "sh", "--uses", "1000", "--minutes", week);
    expect((await lease("list")).stdout).toEndWith("\tuses 1000\n");
  });

  test("holds to everything that it is narrowed by", async () => {
    const about = ["--persona", "agent", "--path", "/work", "--host", "example.org"];
    const id = await granted(
      "--tool",
      "sh",
      ...about,
      "--branch",
      "main",
      "--args",
      '{"b":1,"a":2}',
    );
    const { stdout } = await lease("list", "--json");
    const [one] = JSON.parse(stdout).leases;
    expect(one.id).toBe(id);
    expect(one.caveats).toEqual([
      ...[
        { kind: "tool", is: "sh" },
        { kind: "persona", is: "agent" },
        { kind: "branch", is: "main" },
        { kind: "host", is: "example.org" },
        { kind: "path", under: "/work" },
        { kind: "args", sha256: argumentsHash({ a: 2, b: 1 }) },
        { kind: "before", at: NOW + HOUR_MS },
        { kind: "uses", most: 1 },
      ],
    ]);
  });

  test("narrows a lease, and both end when the first is revoked", async () => {
    const id = await granted("--tool", "sh", "--uses", "5");
    const narrow = JSON.parse((await lease("grant", "--from", id, "--uses", "1", "--json")).stdout);
    expect(narrow.caveats).toEqual([{ kind: "uses", most: 1 }]);
    expect((await lease()).stdout).toContain(
      `${narrow.id}\tgranted\tused 0\tnarrows ${id}\ttool sh\t`,
    );
    expect((await lease("revoke", id, "--json")).stdout).toBe(`{"id":"${id}","revoked":true}\n`);
    for (const line of (await lease()).stdout.trim().split("\n"))
      expect(line).toContain("\trevoked\t");
  });

  test("lists a lease whose time is over as expired", async () => {
    store = new LeaseStore(homePaths(folder.path), () => NOW - 2 * HOUR_MS);
    await store.grant([
      { kind: "tool", is: "sh" },
      { kind: "before", at: NOW - HOUR_MS },
    ]);
    const at = new Date(NOW - HOUR_MS).toISOString();
    expect((await lease()).stdout).toContain(`\texpired\tused 0\ttool sh\texpired ${at}\n`);
  });

  test.each([
    [["forget"], /forget/],
    [["list", "L1"], /Unexpected argument "L1"/],
    [["list", "--tool", "sh"], /--tool is only for org lease grant/],
    [["grant"], /--tool NAME is missing/],
    [["grant", "--from", "L1"], /as much as the lease that it is derived from/],
    [
      ["grant", "--tool", "sh", "--minutes", "0"],
      /--minutes is a whole number from 1 to 10080, not "0"/,
    ],
    [["grant", "--tool", "sh", "--uses", "1.5"], /--uses is a whole number/],
    [["grant", "--tool", "sh", "--args", "{"], /--args is not JSON/],
    [["grant", "--tool", "sh", "--uses", "1001"], /from 1 to 1000, not "1001"/],
    [["grant", "--tool", "sh", "--args", "x".repeat(81)], /not JSON: x{80}$/],
    [["list", "--uses", "1"], /--uses is only for org lease grant/],
    [["revoke", "L1", "L2"], /Unexpected argument "L2"/],
    [["grant", "L1"], /Unexpected argument "L1"/],
    [["grant", "--tool", "sh", "--minutes", "10081"], /from 1 to 10080, not "10081"/],
    [["revoke"], /Which lease\?/],
    [["revoke", "L9"], /L9/],
  ] as const)("%j is refused, and nothing is granted", async (args, why) => {
    await expect(lease(...args)).rejects.toMatchObject({
      code: "USAGE",
      message: expect.stringMatching(why),
    });
    expect(await store.list()).toEqual([]);
  });

  test("a refusal says what to type instead", async () => {
    await expect(lease("grant")).rejects.toMatchObject({
      remedies: ["org lease grant --tool sh --minutes 30 --uses 3", "org help lease"],
      unchanged: "Nothing was changed.",
    });
    await expect(lease("grant", "--tool", "sh", "--args", "{")).rejects.toMatchObject({
      cause: expect.any(SyntaxError),
    });
  });

  test("revoking says nothing to a person, and as JSON there may be no lease", async () => {
    expect(await lease("--json")).toEqual({ stdout: '{"leases":[]}\n', stderr: "" });
    const id = await granted("--tool", "sh");
    expect(await lease("revoke", id)).toEqual({ stdout: "", stderr: "" });
  });

  test("lists a lease without uses left as spent", async () => {
    const one = { caveats: [{ kind: "uses", most: 2 }], revoked: false } as const;
    const leases = [
      { ...one, id: "L1", uses: 1 },
      { ...one, id: "L2", uses: 2 },
      { ...one, id: "L3", uses: 0, caveats: [{ kind: "before", at: NOW }, null, "x"] },
      { ...one, id: "L4", uses: 0, caveats: [{ kind: "before", at: "soon" }] },
    ];
    const output = capturedOutput();
    const listed = { list: async () => leases } as unknown as LeaseStore;
    await runLease(["list"], { store: listed, flags: new Map(), output, now: NOW });
    const at = new Date(NOW).toISOString();
    expect(output.stdout).toBe(
      `L1\tgranted\tused 1\tuses 2\nL2\tspent\tused 2\tuses 2\nL3\tgranted\tused 0\texpired ${at}\tunreadable\tunreadable\nL4\tgranted\tused 0\tbefore soon\n`,
    );
  });
});

test("a lease for a tool that is not there yet comes with a note, and the name that was meant", () => {
  const output = capturedOutput();
  noteUnknownTool("python_rum", ["python_run", "sh"], output);
  noteUnknownTool("sh", ["sh"], output);
  noteUnknownTool("zzzzzz", ["python_run", "sh"], output);
  noteUnknownTool(undefined, [], output);
  expect(output.stderr).toBe(
    '! There is no tool "python_rum" here; did you mean python_run?\n! There is no tool "zzzzzz" here\n',
  );
});
