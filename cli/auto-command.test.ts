import { expect, test } from "bun:test";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import type { BurstRow } from "#home/autonomy/autonomy-store.ts";
import type { AutonomyState } from "#home/autonomy/autonomy-switch.ts";
import { endedBurst } from "#home/autonomy/burst-report.ts";
import { autonomySettings } from "#home/settings/autonomy-settings.ts";
import { capturedOutput } from "#test/captured-output.ts";
import { type AutoDeps, runAutoCommand } from "./auto-command.ts";
import { parseCommandLine } from "./command-line.ts";

const STARTED = Date.UTC(2026, 10, 23, 9, 30);
const report = {
  ...{
    end: "human",
    text: "",
    refused: ["sh: it needs an approval"],
    tokens: 1200,
    calls: 1,
    ms: 4200,
  },
  did: [{ what: "memory_search shop", why: "what is known", outcome: "done", result: "m1" }],
} as const;
const BURST: BurstRow = { id: "burst_1", startedAt: STARTED, ...endedBurst(report, STARTED + 5) };
const RUNS: BurstRow = { id: "burst_2", startedAt: STARTED, isEmpty: true, isPerfectTest: false };

async function run(words: readonly string[], given: Partial<AutoDeps> = {}) {
  const output = capturedOutput();
  const did: string[] = [];
  let state: AutonomyState = "disabled";
  const exit = await runAutoCommand(parseCommandLine(["auto", ...words]), {
    ...{ settings: autonomySettings({}, undefined, "prod"), bursts: [], tokens: 0, output },
    ...{ known: ["memory_search", "tools_search"], cleaner: new TextCleaner(["hunter2hunter2"]) },
    state: () => state,
    turn: async (to) => {
      did.push(to);
      state = to;
    },
    end: async () => {
      did.push("end");
      return "gone";
    },
    ...given,
  });
  return { exit, did, stdout: output.stdout };
}

test("the status says what is allowed and what became of the last bursts", async () => {
  const { stdout, exit } = await run([], { bursts: [RUNS, BURST], tokens: 1200 });
  expect(exit).toBe(0);
  expect(stdout).toBe(`autonomy: off  → org auto on
bursts: after 120 min without a message, 120 min apart, at most 3 a day; each asks 3 times, for 30 min at most
today: 1,200 of 50,000 tokens ([budget.autonomy])
may call: memory_search, tools_search

2026-11-23 09:30 UTC: a burst runs  → org auto stop

2026-11-23 09:30 UTC, 4 s, 1 question, 1200 tokens: you were there again
  ✔ memory_search shop  (what is known)
      m1
  refused: sh: it needs an approval
`);
});

test("tools with effects are named as refused although org.config allows them", async () => {
  const settings = autonomySettings({ allow: ["sh"] }, undefined, "prod");
  const { stdout } = await run(["status"], { settings });
  expect(stdout).toContain(
    "may call: no tool\nmay not call, because it is not a tool without effects: sh\n",
  );
});

test("as JSON the status is one object, cleaned of secrets", async () => {
  const did = [{ ...report.did[0], result: "the key is hunter2hunter2" }];
  const bursts = [{ ...BURST, ...endedBurst({ ...report, did }, STARTED) }];
  const { stdout } = await run(["--json"], { bursts });
  expect(stdout).not.toContain("hunter2");
  expect(JSON.parse(stdout)).toEqual({
    ...{ state: "disabled", tokens: 0, limit: 50_000 },
    bursts: [
      {
        ...{ id: "burst_1", startedAt: STARTED },
        report: expect.objectContaining({ end: "human", tokens: 1200 }),
      },
    ],
  });
  const running = await run(["--json"], { bursts: [RUNS] });
  expect(JSON.parse(running.stdout).bursts).toEqual([
    { id: "burst_2", startedAt: STARTED, report: null },
  ]);
  expect((await run(["on", "--json"])).stdout).toBe('{"state":"on"}\n');
});

test("on switches it on; stop and off switch it off first, then end what runs", async () => {
  expect(await run(["on"])).toMatchObject({ exit: 0, did: ["on"] });
  for (const word of ["stop", "off"]) {
    const { stdout, did, exit } = await run([word]);
    expect([did, exit, stdout]).toEqual([
      ["off", "end"],
      0,
      "autonomy is off; the burst that ran was ended\n",
    ]);
  }
  const left = await run(["stop", "--json"], { end: async () => "left" });
  expect(left).toMatchObject({ exit: 1, stdout: '{"state":"off","burst":"left"}\n' });
});

test("a word too many, and an action that only the owner of a home has, are refused", async () => {
  const line = { operands: ["stop", "now"], options: new Map<string, string>() };
  const refused = runAutoCommand(line, {} as AutoDeps);
  await expect(refused).rejects.toMatchObject({
    ...{ code: "USAGE", message: 'Unexpected argument "now"', unchanged: "Nothing was changed." },
    remedies: ["org auto status", "org help auto"],
  });
  await expect(run(["burst"])).rejects.toMatchObject({
    ...{ code: "USAGE", message: 'org auto: unknown action "burst"' },
  });
});

test("the status shows the three newest bursts", async () => {
  const bursts = [4, 3, 2, 1].map((hour) => ({ ...RUNS, startedAt: STARTED + hour * 3_600_000 }));
  const { stdout } = await run([], { bursts });
  expect(stdout.match(/\d\d:\d\d(?= UTC: a burst runs)/g)).toEqual(["13:30", "12:30", "11:30"]);
});

test.each<[AutonomyState, string]>([
  ["on", "on (org auto on)"],
  ["off", "off (.org/run/autonomy-off is there)  → org auto on"],
  ["enabled", "on ([autonomy] enabled = true in org.config)"],
  ["disabled", "off  → org auto on"],
])("the status of %s is told as: %s", async (state, text) => {
  const { stdout } = await run([], { state: () => state });
  expect(stdout).toStartWith(`autonomy: ${text}\n`);
});

test("switching on says what happens from now on, and switching off what became of what ran", async () => {
  const on =
    "autonomy is on: while org serve runs and nothing happens, the home works a little by itself";
  expect((await run(["on"])).stdout).toBe(`${on}\n`);
  for (const [ended, told] of [
    ["none", "autonomy is off; nothing was running"],
    ["gone", "autonomy is off; the burst that ran was ended"],
    ["left", "autonomy is off; the process of the burst still runs: see org ps"],
  ] as const) {
    expect((await run(["off"], { end: async () => ended })).stdout).toBe(`${told}\n`);
  }
});
