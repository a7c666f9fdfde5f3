/** `org ask` as people and scripts use it: a real process, real HTTP, the real sandbox. */
import { describe, expect, test } from "bun:test";
import { readdir } from "node:fs/promises";
import type { ToolFinished, TurnEnd } from "#core/events.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { eventsOf, type JsonLine, testHome } from "./org-process.ts";
import { call, reasoning, say, several } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";

const isResult = (line: JsonLine): line is ToolFinished => line.type === "tool-result";
const isEnd = (line: JsonLine): line is TurnEnd => line.type === "turn-end";

describe("org ask", () => {
  test("prints the answer and nothing else, and exits with 0", async () => {
    await using server = scriptedServer([several(reasoning("Hm."), say("Hello\nthere."))]);
    await using home = await testHome();
    expect(await home.run(["ask", "hi"], { url: server.url })).toEqual({
      stdout: "Hello\nthere.\n",
      stderr: "",
      exitCode: 0,
    });
    expect(server.requests[0]?.body).toMatchObject({ model: "m", stream: true });
    expect(server.requests[0]?.body.messages.at(-1)).toEqual({ role: "user", content: "user: hi" });
  });

  test("says once on stderr, and to no program, that the model sees none of the files around", async () => {
    await using server = scriptedServer([say("Hello."), say("Hello.")]);
    await using home = await testHome();
    await using folder = await temporaryFolder("files");
    await Bun.write(`${folder.path}/orders.csv`, "");
    const options = { url: server.url, folder: folder.path };
    const { stdout, stderr } = await home.run(["ask", "hi"], options);
    expect(stdout).toBe("Hello.\n");
    expect(stderr.split("The model does not see the files of this folder.")).toHaveLength(2);
    expect((await home.run(["ask", "--json", "hi"], options)).stderr).toBe("");
  });

  test.each([
    { line: "org ask", args: ["ask"], stdin: "piped\n", asked: "user: piped" },
    { line: "org ask -", args: ["ask", "-"], stdin: "piped\n", asked: "user: piped" },
    {
      line: 'org ask "text" -',
      args: ["ask", "Review this.", "-"],
      stdin: "+1\n",
      asked: "user: Review this.\n\n+1",
    },
    { line: 'org -p "text"', args: ["-p", "printed"], stdin: "", asked: "user: printed" },
    { line: "org ask -- --json", args: ["ask", "--", "--json"], stdin: "", asked: "user: --json" },
  ])("$line asks what it is given", async ({ args, stdin, asked }) => {
    await using server = scriptedServer([say("Ok.")]);
    await using home = await testHome();
    const ran = await home.run(args, { url: server.url, stdin });
    expect(ran).toEqual({ stdout: "Ok.\n", stderr: "", exitCode: 0 });
    expect(server.requests[0]?.body.messages.at(-1)?.content).toBe(asked);
  });

  test("is what plain org does with a piped message", async () => {
    await using server = scriptedServer([say("Ok.")]);
    await using home = await testHome();
    const ran = await home.run([], { url: server.url, stdin: "piped\n" });
    expect(ran).toEqual({ stdout: "Ok.\n", stderr: "", exitCode: 0 });
  });

  test("keeps what a persona says before a tool call off stdout: it is not the answer", async () => {
    await using server = scriptedServer([
      several(say("Let me look."), call("sh", { cmd: "true" })),
      say("Nothing there."),
    ]);
    await using home = await testHome();
    const { stdout } = await home.run(["ask", "look"], { url: server.url });
    expect(stdout).toBe("Nothing there.\n");
  });

  test("goes on in the newest room with --resume, in a named one with --room", async () => {
    await using server = scriptedServer([say("One."), say("Two."), say("Three."), say("Four.")]);
    await using home = await testHome();
    const options = { url: server.url };
    await home.run(["ask", "first"], options);
    const rooms = await home.run(["log", "--list"]);
    const [id = ""] = rooms.stdout.split("\t");
    await home.run(["ask", "second"], options);
    await home.run(["ask", "--resume", "third"], options);
    expect(server.requests[2]?.body.messages.map(({ content }) => content).slice(1)).toEqual([
      "user: second",
      "Two.",
      "user: third",
    ]);
    await home.run(["ask", "--room", id, "fourth"], options);
    expect(server.requests[3]?.body.messages.map(({ content }) => content).slice(1)).toEqual([
      "user: first",
      "One.",
      "user: fourth",
    ]);
  });

  test("takes the server's first model when none is named", async () => {
    const models = ["nomic-embed-text:latest", "qwen3:8b"];
    await using server = scriptedServer([say("Ok.")], { models });
    await using home = await testHome();
    const environment = { OLLAMA_MODEL: "" };
    expect(await home.run(["ask", "hi"], { url: server.url, environment })).toMatchObject({
      stdout: "Ok.\n",
      exitCode: 0,
    });
    expect(server.requests[0]?.body.model).toBe("qwen3:8b");
  });
});

describe("tools", () => {
  const commands = [
    ["sh", "@@agent", { cmd: "printf 'six times seven: '; expr 6 '*' 7" }],
    ["python_run", "@@python", { code: "print('six times seven:', 6 * 7)" }],
  ] as const;

  test.each(commands)(
    "%s runs in the sandbox, and its result is in the next request, paired by id",
    async (name, whom, args) => {
      await using server = scriptedServer([call(name, args, { id: "call_7" }), say("42.")]);
      await using home = await testHome();
      const ran = await home.run(["ask", `${whom} compute`], { url: server.url });
      expect(ran).toEqual({ stdout: "42.\n", stderr: "", exitCode: 0 });
      expect(server.requests[1]?.body.messages.slice(-2)).toMatchObject([
        { role: "assistant", tool_calls: [{ id: "call_7", function: { name } }] },
        { role: "tool", tool_call_id: "call_7", content: "six times seven: 42" },
      ]);
    },
  );

  test("two calls of one answer both run, each result under its own id", async () => {
    await using server = scriptedServer([
      several(
        call("sh", { cmd: "echo one" }, { id: "a" }),
        call("sh", { cmd: "echo two; exit 3" }, { id: "b", chunk: 3 }),
      ),
      say("Done."),
    ]);
    await using home = await testHome();
    await home.run(["ask", "both"], { url: server.url });
    expect(server.requests[1]?.body.messages.slice(-2)).toMatchObject([
      { role: "tool", tool_call_id: "a", content: "one" },
      { role: "tool", tool_call_id: "b", content: "two\n[exit code 3]" },
    ]);
  });

  test("start in the workspace, cannot change it, and have neither network nor our environment", async () => {
    const cmd = [
      "cat notes.txt",
      "echo changed > notes.txt; cat /workspace/notes.txt; touch /workspace/evil",
      "ls /sys/class/net 2>/dev/null; env | grep -c -e ORG_ -e OLLAMA -e OPENAI",
      "pwd",
    ].join("\n");
    await using server = scriptedServer([call("sh", { cmd }), say("Ok.")]);
    await using home = await testHome();
    await Bun.write(`${home.paths.workspace}/notes.txt`, "alpha\n");
    const environment = { OPENAI_API_KEY: "sk-0123456789abcdef" };
    await home.run(["ask", "look"], { url: server.url, environment });
    const result = server.requests[1]?.body.messages.at(-1)?.content;
    expect(result).toBe("alpha\nchanged\n0\n/workspace");
    expect(await readdir(home.paths.workspace)).toEqual(["notes.txt"]);
    expect(await Bun.file(`${home.paths.workspace}/notes.txt`).text()).toBe("alpha\n");
  });
});

describe("--json", () => {
  test("prints only lines of the exported shape; the last one says how the turn ended", async () => {
    await using server = scriptedServer([
      several(reasoning("I count."), call("sh", { cmd: "echo 42" })),
      say("It is 42."),
    ]);
    await using home = await testHome();
    const ran = await home.run(["ask", "--json", "count"], { url: server.url });
    const events = eventsOf(ran);
    expect(events[0]).toMatchObject({ type: "message", text: "count", to: ["agent"] });
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(["turn-start", "phase"]));
    expect(events.at(-1)).toMatchObject({ type: "turn-end", persona: "agent", reason: "complete" });
    expect(events.filter(isEnd)).toHaveLength(1);
    expect(ran).toMatchObject({ stderr: "", exitCode: 0 });
  });

  test.each([
    ["without --raw", [], undefined],
    ["with --raw", ["--raw"], "42"],
  ])("%s: raw output of tools", async (_name, flags, output) => {
    await using server = scriptedServer([call("sh", { cmd: "echo 42" }), say("Ok.")]);
    await using home = await testHome();
    const ran = await home.run(["ask", "--json", ...flags, "count"], { url: server.url });
    const [result] = eventsOf(ran).filter(isResult);
    expect(result).toMatchObject({ ok: true, exit: 0, size: 2 });
    expect(result?.output).toBe(output);
  });

  test("ends with the failure as a line when the question cannot be asked", async () => {
    await using home = await testHome();
    const ran = await home.run(["ask", "--json", "@@stranger hi"]);
    expect(eventsOf(ran)).toMatchObject([{ type: "failed", code: "PERSONA_UNKNOWN" }]);
    expect(ran.exitCode).toBe(64);
  });
});

describe("org log", () => {
  test("shows the answer but a tool's raw output only when asked for", async () => {
    await using server = scriptedServer([call("sh", { cmd: "echo 6 7 | tr ' ' x" }), say("Ok.")]);
    await using home = await testHome();
    await home.run(["ask", "go"], { url: server.url });
    const plain = await home.run(["log"]);
    expect(plain.stdout).toContain("\n- agent calls `sh` ");
    expect(plain.stdout).toContain("\n- ✔ `sh` ");
    expect(plain.stdout).toEndWith("\nOk.\n");
    expect(plain.stdout).not.toContain("6x7");
    expect((await home.run(["log", "--raw"])).stdout).toContain("\n```text\n6x7\n```\n");
  });

  test("--json prints every entry with its number", async () => {
    await using server = scriptedServer([say("Ok.")]);
    await using home = await testHome();
    await home.run(["ask", "go"], { url: server.url });
    const { stdout } = await home.run(["log", "--json"]);
    const entries = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(entries.map(({ seq, type }) => `${seq} ${type}`)).toEqual([
      "1 message",
      "2 turn-start",
      "3 answer",
      "4 turn-end",
    ]);
  });
});
