/** Ctrl-C and SIGTERM: at once, with everything that was said kept, and nothing left running. */
import { describe, expect, test } from "bun:test";
import { type OrgProcess, type TestHome, testHome } from "./org-process.ts";
import { sleeper } from "./sandboxed.ts";
import { call, hang, say, several } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";

/** At once, on a machine of any speed: leaving takes less time than it took to begin. */
const AT_ONCE = 1;
/** The machine may be busy with something else just then; an abort that is slow is slow each time. */
const TRIES = 3;

const SIGNALS = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 143],
] as const;

/**
 * How long a program takes to leave, measured by how long it took to begin.
 *
 * @param begun resolves when it has.
 */
async function leave(
  org: OrgProcess,
  begun: Promise<unknown> | undefined,
  signal: NodeJS.Signals,
): Promise<number> {
  const start = performance.now();
  await begun;
  const middle = performance.now();
  org.signal(signal);
  await org.ended;
  return (performance.now() - middle) / (middle - start);
}

/** The shortest of a few tries. */
async function fastest(attempt: () => Promise<number>): Promise<number> {
  let shortest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < TRIES && shortest >= AT_ONCE; round += 1) {
    shortest = Math.min(shortest, await attempt());
  }
  return shortest;
}

function startAsking(home: TestHome, url: string): OrgProcess {
  return home.start(["ask", "--json", "tell me"], { url });
}

describe("a signal", () => {
  test.each(SIGNALS)(
    "%s in the middle of an answer ends at once with exit code %d",
    async (signal, code) => {
      await using server = scriptedServer(() => several(say("Half an answer"), hang()));
      await using home = await testHome();
      const part = await fastest(async () => {
        const org = startAsking(home, server.url);
        const speaks = org.event(
          (line) => line.type === "text-delta" && line.text.endsWith("answer"),
        );
        const took = await leave(org, speaks, signal);
        expect((await org.ended).exitCode).toBe(code);
        return took;
      });
      expect(part).toBeLessThan(AT_ONCE);
      await server.requests[0]?.closed;
      const { stdout } = await home.run(["log"]);
      expect(stdout).toEndWith("\nHalf an answer\n\n*agent: aborted*\n");
    },
  );

  test("keeps the part of the answer on stdout", async () => {
    await using server = scriptedServer([several(say("Half an answer"), hang())]);
    await using home = await testHome();
    const org = startAsking(home, server.url);
    await org.event((line) => line.type === "text-delta" && line.text.endsWith("answer"));
    org.signal("SIGINT");
    const { stdout } = await org.ended;
    const last = stdout.trimEnd().split("\n").slice(-2);
    expect(last.map((line) => JSON.parse(line))).toMatchObject([
      { type: "answer", text: "Half an answer" },
      { type: "turn-end", reason: "aborted" },
    ]);
  });

  test("while a tool runs ends its processes too", async () => {
    const programs = Array.from({ length: TRIES }, sleeper);
    await using server = scriptedServer(({ index }) =>
      call("sh", { cmd: programs[index]?.cmd ?? "true" }),
    );
    await using home = await testHome();
    let round = 0;
    const part = await fastest(async () => {
      const program = programs[round];
      round += 1;
      const org = startAsking(home, server.url);
      const took = await leave(org, program?.started(), "SIGINT");
      expect((await org.ended).exitCode).toBe(130);
      expect(await program?.runs()).toBe(false);
      return took;
    });
    expect(part).toBeLessThan(AT_ONCE);
  });

  test("while the model server has not begun to answer", async () => {
    await using server = scriptedServer(() => hang());
    await using home = await testHome();
    const org = startAsking(home, server.url);
    await server.request(0);
    org.signal("SIGINT");
    expect((await org.ended).exitCode).toBe(130);
    await server.requests[0]?.closed;
  });

  test.each(SIGNALS)("%s while the question is still being piped in", async (signal, code) => {
    await using home = await testHome();
    const org = home.start(["ask"], { keepsTyping: true });
    // More than a pipe holds: when all of it is written, the program is reading.
    await org.write("question ".repeat(30_000));
    org.signal(signal);
    expect(await org.ended).toMatchObject({ stdout: "", exitCode: code });
  });
});

test("the reader of an answer may stop reading: no complaint, no stack trace", async () => {
  // More than a pipe holds, and no sentence twice: what repeats itself is cut, and may end before the reader does.
  const sentences = Array.from({ length: 20_000 }, (_, at) => `This is sentence ${at}.`);
  await using server = scriptedServer(() => say(sentences.join(" ")));
  await using home = await testHome();
  const org = startAsking(home, server.url);
  await org.event((line) => line.type === "text-delta");
  await org.stdout.stop();
  const { stderr, exitCode } = await org.ended;
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
});
