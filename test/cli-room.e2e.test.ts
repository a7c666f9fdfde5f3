/** The rules of the room as the command line shows them: who answers, who may know, where text goes. */
import { describe, expect, test } from "bun:test";
import { readdir } from "node:fs/promises";
import { eventsOf, type JsonLine, testHome } from "./org-process.ts";
import { call, say } from "./scripted-answers.ts";
import { type RecordedRequest, scriptedServer } from "./scripted-server.ts";

/** Which persona a request speaks for: its system prompt says so. */
const speakerOf = ({ body }: RecordedRequest): string =>
  /You are (\w+)/.exec(body.messages[0]?.content ?? "")?.[1] ?? "";
const promptOf = (request: RecordedRequest | undefined): string =>
  request?.body.messages.map(({ content }) => content).join("\n") ?? "";
const speakersOf = (lines: readonly JsonLine[]): string[] =>
  lines.flatMap((line) => (line.type === "turn-start" ? [line.persona] : []));

describe("who answers", () => {
  test("@@python @@agent answer in that order, each under its name", async () => {
    await using server = scriptedServer((request) => say(`I am ${speakerOf(request)}.`));
    await using home = await testHome();
    const ran = await home.run(["ask", "@@python @@agent who are you?"], { url: server.url });
    expect(ran).toEqual({
      stdout: "python: I am python.\nagent: I am agent.\n",
      stderr: "",
      exitCode: 0,
    });
    expect(promptOf(server.requests[1])).toContain("python: I am python.");
  });

  test("in direct mode only that persona answers, also when it calls another", async () => {
    await using server = scriptedServer((request) =>
      say(`${speakerOf(request)} keeps it. Right, @@agent?`),
    );
    await using home = await testHome();
    const args = ["ask", "--json", "--mode", "direct:python", "the password is swordfish"];
    const ran = await home.run(args, { url: server.url });
    expect(speakersOf(eventsOf(ran))).toEqual(["python"]);
  });

  test("what was said in direct mode is in nobody else's later prompts", async () => {
    await using server = scriptedServer((request) => say(`${speakerOf(request)} heard you.`));
    await using home = await testHome();
    const options = { url: server.url };
    await home.run(["ask", "--mode", "direct:python", "it is swordfish"], options);
    await home.run(["ask", "--resume", "@@agent @@toolsmith what is it?"], options);
    for (const request of server.requests.slice(1)) {
      expect(promptOf(request)).not.toContain("swordfish");
      expect(promptOf(request)).not.toContain("python heard you");
    }
    await home.run(["ask", "--resume", "@@python what is it?"], options);
    expect(promptOf(server.requests.at(-1))).toContain("swordfish");
  });

  test("a mode that a model switched with chat_mode holds for the next message", async () => {
    await using server = scriptedServer([
      call("chat_mode", { mode: "direct:python" }),
      say("Switched."),
      say("Here I am."),
    ]);
    await using home = await testHome();
    const options = { url: server.url };
    const first = await home.run(["ask", "--json", "let me talk to python"], options);
    expect(eventsOf(first)).toContainEqual({ type: "mode", mode: "direct:python", by: "agent" });
    const second = await home.run(["ask", "--json", "--resume", "hello"], options);
    expect(eventsOf(second)[0]).toMatchObject({ to: ["python"], mode: "direct:python" });
    expect(speakersOf(eventsOf(second))).toEqual(["python"]);
  });

  test("two personas that call each other for ever end with a printed reason", async () => {
    await using server = scriptedServer((request) => {
      const other = speakerOf(request) === "agent" ? "python" : "agent";
      return say(`Turn ${request.index}: over to @@${other}.`);
    });
    await using home = await testHome();
    const ran = await home.run(["ask", "discuss"], { url: server.url });
    expect(ran.stderr).toBe("The room settled: 3 rounds without you; agent still called python.\n");
    expect(ran.exitCode).toBe(0);
    expect(server.requests).toHaveLength(3);
  });

  test("a model that repeats one call for ever ends with a printed reason", async () => {
    await using server = scriptedServer(() => call("sh", { cmd: "true" }));
    await using home = await testHome();
    const ran = await home.run(["ask", "go"], { url: server.url });
    expect(ran).toEqual({
      stdout: "",
      stderr: "agent stopped (looped): sh was called again and again in the same way\n",
      exitCode: 1,
    });
    expect(server.requests).toHaveLength(4);
  });

  test("a model that calls for ever in new ways meets the limit of 15 rounds", async () => {
    await using server = scriptedServer(({ index }) => call("nothing", { index }));
    await using home = await testHome();
    const ran = await home.run(["ask", "go"], { url: server.url });
    expect(ran.stderr).toBe("agent stopped (limit): stopped after 15 rounds of tool calls\n");
    expect([ran.exitCode, server.requests.length]).toEqual([1, 15]);
  });
});

describe("files", () => {
  test("##file: in an answer writes the whole file and leaves nothing beside it", async () => {
    await using server = scriptedServer([say("##file:notes/plan.md\n```\n# Plan\n```\nWritten.")]);
    await using home = await testHome();
    const ran = await home.run(["ask", "plan"], { url: server.url });
    expect(ran).toMatchObject({ stderr: "agent wrote notes/plan.md (7 bytes)\n", exitCode: 0 });
    const folder = `${home.paths.workspace}/notes`;
    expect(await readdir(folder)).toEqual(["plan.md"]);
    expect(await Bun.file(`${folder}/plan.md`).text()).toBe("# Plan\n");
  });

  test("##file: in a message writes before anybody answers", async () => {
    await using server = scriptedServer([say("I see it.")]);
    await using home = await testHome();
    const ran = await home.run(["ask", "##file:a.txt\nalpha"], { url: server.url });
    expect(ran.stderr).toBe("user wrote a.txt (6 bytes)\n");
    expect(await Bun.file(`${home.paths.workspace}/a.txt`).text()).toBe("alpha\n");
  });

  test.each([
    ["../evil.txt", '".." leads out of a folder'],
    ["/tmp/evil.txt", "it is absolute"],
    [".git/hooks/pre-push", '".git" is reserved'],
  ])("##file:%s is refused: exit code 77, and nothing is written", async (path, why) => {
    await using server = scriptedServer([say(`##file:${path}\nevil\n`)]);
    await using home = await testHome();
    const ran = await home.run(["ask", "write"], { url: server.url });
    expect(ran.stderr).toBe(
      [
        `The path "${path}" was refused [PATH_REFUSED]`,
        `Files are written inside the workspace only, and ${why}.`,
        "→ use a relative path without links, for example notes/plan.md",
        "Nothing was written.",
        "",
      ].join("\n"),
    );
    expect(ran.exitCode).toBe(77);
    expect(await readdir(home.paths.workspace)).toEqual([]);
  });

  test("in the mode file:<path> the room's text goes to that file", async () => {
    await using server = scriptedServer([say("First."), say("Second.")]);
    await using home = await testHome();
    const options = { url: server.url };
    await home.run(["ask", "--mode", "file:notes.md", "one"], options);
    await home.run(["ask", "--resume", "--mode", "file:notes.md", "two"], options);
    expect(await Bun.file(`${home.paths.workspace}/notes.md`).text()).toBe("First.\nSecond.\n");
  });
});
