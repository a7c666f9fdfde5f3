/** What ends a burst, and that all of it is gone: the real program, with a model that never stops and an owner that hangs. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { AutonomyStore } from "#home/autonomy/autonomy-store.ts";
import { offFile } from "#home/autonomy/autonomy-switch.ts";
import { beatFile, readBeat } from "#home/autonomy/burst-beat.ts";
import { reportText } from "#home/autonomy/burst-report.ts";
import { readProcessInfo } from "#platform/process-info.ts";
import { type ProcessIdentity, processOf } from "#platform/process-record.ts";
import type { OrgProcess, TestHome } from "./org-process.ts";
import { burstProcess, quietHome, served } from "./quiet-home.ts";
import { hang, say, several } from "./scripted-answers.ts";
import { type RecordedRequest, type ScriptedServer, scriptedServer } from "./scripted-server.ts";
import { SupervisedHome } from "./supervised-home.ts";
import { until } from "./until.ts";

/** From what ends it until nothing of it is left, in milliseconds. */
const GONE_MS = 5000;

let home: TestHome;
let model: ScriptedServer;
let org: OrgProcess;
let burst: ProcessIdentity;
beforeEach(async () => {
  const isBurst = ({ body }: RecordedRequest): boolean =>
    String(body.messages[0]?.content).startsWith("You work towards a goal");
  model = scriptedServer((request) =>
    isBurst(request) ? several(say("Let me think "), hang()) : say("Here I am."),
  );
  home = await quietHome();
  org = await served(home, model.url);
  burst = await burstProcess(home);
  await model.request(0);
});
afterEach(async () => {
  org.signal("SIGCONT");
  await home[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
});

/** @returns how long it took, in milliseconds. */
async function gone(): Promise<number> {
  const from = performance.now();
  await until("the end of the burst", async () => (await processOf(burst)) === undefined);
  return performance.now() - from;
}

/** What a person is told of the burst. */
async function ended(): Promise<string> {
  using store = new AutonomyStore(home.paths.autonomy);
  return await until("the end of the burst in the store", async () => {
    const rows = store.newest(9);
    return rows.every(({ endedAt }) => endedAt !== undefined) && rows.map(reportText).join("\n");
  });
}

test("a line of a person in any room ends it at once, and is answered", async () => {
  const asked = home.start(["ask", "Are you there?"], { url: model.url });
  const line = await model.request(1);
  expect(line.body.messages.at(-1)?.content).toContain("Are you there?");
  expect(await gone()).toBeLessThan(GONE_MS);
  expect((await asked.ended).stdout).toBe("Here I am.\n");
  expect(await ended()).toContain("you were there again");
});

test.each([
  [
    "/auto off in a room",
    async () => {
      const room = home.start(["chat", "--plain"], { url: model.url, stdin: "/auto off\n" });
      await room.ended;
    },
  ],
  [
    "org auto stop",
    async () => {
      const { stdout } = await home.run(["auto", "stop"]);
      expect(stdout).toBe("autonomy is off; the burst that ran was ended\n");
    },
  ],
  ["the file", async () => writeFileSync(offFile(home.path), "")],
] as const)("%s ends it, and nothing begins anew", async (_what, act) => {
  await act();
  expect(await gone()).toBeLessThan(GONE_MS);
  expect(existsSync(offFile(home.path))).toBeTrue();
  expect(await ended()).toContain("you switched it off");
});

test.each([
  ["the owner hangs", async (): Promise<void> => undefined],
  [
    "a person makes the file while the owner hangs",
    async (): Promise<void> => writeFileSync(offFile(home.path), ""),
  ],
  [
    "a person says org auto stop while the owner hangs",
    async (): Promise<void> => void (await home.run(["auto", "stop"])),
  ],
] as const)("%s: all of it is gone without its help", async (_what, act) => {
  org.signal("SIGSTOP");
  await act();
  expect(await gone()).toBeLessThan(GONE_MS);
  org.signal("SIGCONT");
  expect(await ended()).toMatch(/did not answer any more|you switched it off/);
});

test("a burst that was killed is told once", async () => {
  process.kill(burst.pid, "SIGKILL");
  expect((await ended()).match(/its process ended in the middle/g)).toHaveLength(1);
});

test("a burst whose owner was killed ends by itself and is told once by the next owner", async () => {
  org.signal("SIGKILL");
  expect(await gone()).toBeLessThan(GONE_MS);
  await org.ended;
  org = await served(home, model.url);
  const shown = await ended();
  expect(shown.match(/did not answer any more|ended in the middle/g)).toHaveLength(1);
});

test("a burst that hangs itself is killed by its owner two seconds after a line of a person", async () => {
  process.kill(burst.pid, "SIGSTOP");
  const asked = home.start(["ask", "Are you there?"], { url: model.url });
  await model.request(1);
  expect(await gone()).toBeLessThan(GONE_MS);
  await asked.ended;
});

test("with a burst and its owner both stopped the supervisor ends the burst, also where fixes are only proposed, and it is told once", async () => {
  const beat = async (): Promise<number | undefined> =>
    await readBeat(beatFile(home.path), burst.pid);
  await until("a sign of life", async () => (await beat()) !== undefined);
  // At once, and the burst first: on a busy machine it may notice that its owner is silent.
  process.kill(burst.pid, "SIGSTOP");
  org.signal("SIGSTOP");
  await until("both to stand still", async () => {
    const [one, other] = await Promise.all([burst.pid, org.pid].map((pid) => readProcessInfo(pid)));
    return one?.state === "T" && other?.state === "T";
  });
  await using supervised = await SupervisedHome.open(home.path, { policy: "propose" });
  const isEnded = () => supervised.stateOf("burst-hung") === "verified";
  expect(await supervised.beats(6, isEnded)).toBeLessThanOrEqual(3);
  expect(await processOf(burst)).toBeUndefined();
  // Its owner waits for the approval that a restart needs.
  expect(supervised.stateOf("generation-down") ?? "proposed").toBe("proposed");
  org.signal("SIGCONT");
  expect((await ended()).match(/its process ended in the middle/g)).toHaveLength(1);
});
