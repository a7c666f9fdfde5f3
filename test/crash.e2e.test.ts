/** `kill -9` in the middle of a turn: nothing that was finished is lost, and nothing is done twice. */
import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { type JsonLine, type TestHome, testHome } from "./org-process.ts";
import { sleeper } from "./sandboxed.ts";
import { call, gate, hang, say, several } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";

const entrySchema = z.looseObject({ seq: z.int(), type: z.string() });

/** The journal as `org log --json` shows it. */
async function journalOf(home: TestHome): Promise<z.infer<typeof entrySchema>[]> {
  const { stdout } = await home.run(["log", "--json"]);
  const lines = stdout.split("\n").filter((line) => line !== "");
  return lines.map((line) => entrySchema.parse(JSON.parse(line)));
}

const count = (entries: readonly { readonly type: string }[], type: string): number =>
  entries.filter((entry) => entry.type === type).length;
const isText = (line: JsonLine): boolean => line.type === "text-delta";

describe("after kill -9", () => {
  test("while an answer streams: what was finished is there, the cut turn is marked", async () => {
    await using server = scriptedServer([
      say("The first answer."),
      several(say("Half an"), hang()),
      say("The third answer."),
    ]);
    await using home = await testHome();
    const options = { url: server.url };
    await home.run(["ask", "one"], options);
    const org = home.start(["ask", "--json", "--resume", "two"], options);
    await org.event(isText);
    org.signal("SIGKILL");
    await org.ended;
    await server.requests[1]?.closed;
    expect((await home.run(["log"])).stdout).toEndWith(
      "\n*agent: no end yet, still running or org was stopped in the middle of it*\n",
    );

    const resumed = await home.run(["ask", "--resume", "three"], options);
    expect(resumed).toEqual({ stdout: "The third answer.\n", stderr: "", exitCode: 0 });
    const entries = await journalOf(home);
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_entry, index) => index + 1));
    expect(entries.map(({ type, text, reason }) => [type, text ?? reason])).toEqual([
      ["message", "one"],
      ["turn-start", undefined],
      ["answer", "The first answer."],
      ["turn-end", "complete"],
      ["message", "two"],
      ["turn-start", undefined],
      ["turn-end", "cut"],
      ["message", "three"],
      ["turn-start", undefined],
      ["answer", "The third answer."],
      ["turn-end", "complete"],
    ]);
    const { stdout } = await home.run(["log"]);
    expect(stdout).toContain("\n*agent: cut, org was stopped in the middle of this turn*\n");
    const prompt = server.requests[2]?.body.messages.map(({ content }) => content).join("\n");
    for (const kept of ["one", "The first answer.", "two"]) expect(prompt).toContain(kept);
  });

  test("while a tool runs: its processes are gone, and it does not run again", async () => {
    const program = sleeper();
    await using server = scriptedServer([
      several(say("Let me wait."), call("sh", { cmd: program.cmd }, { id: "call_7" })),
      say("I go on."),
    ]);
    await using home = await testHome();
    const options = { url: server.url };
    const org = home.start(["ask", "wait"], options);
    await program.started();
    org.signal("SIGKILL");
    await org.ended;
    await program.gone();

    expect((await home.run(["ask", "--resume", "go on"], options)).stdout).toBe("I go on.\n");
    const entries = await journalOf(home);
    expect(count(entries, "tool-call")).toBe(1);
    expect(count(entries, "tool-result")).toBe(0);
    expect(entries.find(({ type }) => type === "turn-end")).toMatchObject({ reason: "cut" });
    expect(await program.runs()).toBe(false);
    // The model reads that its call has no result, in the place where the result belongs.
    expect(server.requests[1]?.body.messages.slice(2, 4)).toMatchObject([
      { role: "assistant", content: "Let me wait.", tool_calls: [{ id: "call_7" }] },
      { role: "tool", tool_call_id: "call_7", content: expect.stringContaining("Not run") },
    ]);
  });

  test("between two tools of one answer: the first keeps its result, the second never ran", async () => {
    const program = sleeper();
    await using server = scriptedServer([
      several(
        call("sh", { cmd: "echo first" }, { id: "a" }),
        call("sh", { cmd: program.cmd }, { id: "b" }),
        call("sh", { cmd: "echo third" }, { id: "c" }),
      ),
      say("I go on."),
    ]);
    await using home = await testHome();
    const options = { url: server.url };
    const org = home.start(["ask", "three"], options);
    await program.started();
    org.signal("SIGKILL");
    await org.ended;
    await program.gone();
    await home.run(["ask", "--resume", "go on"], options);
    const results = server.requests[1]?.body.messages.filter(({ role }) => role === "tool");
    expect(results?.map(({ tool_call_id, content }) => [tool_call_id, content])).toEqual([
      ["a", "first"],
      ["b", expect.stringMatching(/^Not run to its end: the turn was broken off meanwhile/)],
      ["c", "Not run: the turn ended before this call."],
    ]);
  });

  test("before anybody began to answer: the message is there, and the room opens", async () => {
    const before = gate();
    await using server = scriptedServer([several(before, say("Never.")), say("Now.")]);
    await using home = await testHome();
    const options = { url: server.url };
    const org = home.start(["ask", "one"], options);
    await before.reached;
    org.signal("SIGKILL");
    await org.ended;
    expect((await home.run(["ask", "--resume", "two"], options)).stdout).toBe("Now.\n");
    expect(server.requests[1]?.body.messages.at(-1)?.content).toContain("user: one");
  });

  test("again and again: the journal stays whole", async () => {
    await using server = scriptedServer(() => several(say("Half an"), hang()));
    await using home = await testHome();
    const options = { url: server.url };
    for (let round = 0; round < 4; round += 1) {
      const resume = round === 0 ? [] : ["--resume"];
      const org = home.start(["ask", "--json", ...resume, `round ${round}`], options);
      await org.event(isText);
      org.signal("SIGKILL");
      await org.ended;
    }
    const entries = await journalOf(home);
    expect(count(entries, "message")).toBe(4);
    expect(count(entries, "turn-start")).toBe(4);
    // The last one is closed by the process that opens the room next; `org log` only reads.
    expect(count(entries, "turn-end")).toBe(3);
  });
});
