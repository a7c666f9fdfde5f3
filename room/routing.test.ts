import { describe, expect, test } from "bun:test";
import {
  echoTool,
  entriesOf,
  memoryWorkspace,
  openTestRoom,
  sayAndWait,
  spoken,
  testJournal,
} from "#test/room-fixture.ts";
import { call, gate, say, several } from "#test/scripted-answers.ts";
import { type ChatBody, scriptedServer } from "#test/scripted-server.ts";

/** Which persona a request speaks for: its system prompt says so. */
const speakerOf = (body: ChatBody): string =>
  /You are (\w+)/.exec(body.messages[0]?.content ?? "")?.[1] ?? "";
const promptOf = (body: ChatBody): string => body.messages.map((m) => m.content).join("\n");

describe("routing", () => {
  test("@@python @@agent answer in that order, and the second sees the first's answer", async () => {
    await using server = scriptedServer(({ body }) => say(`I am ${speakerOf(body)}.`));
    await using home = await testJournal();
    await using room = await openTestRoom({ journal: home.journal, url: server.url });
    const events = await sayAndWait(room, "@@python @@agent who are you?");
    expect(spoken(events)).toEqual(["python: I am python.", "agent: I am agent."]);
    expect(server.requests[1]?.body.messages.at(-1)?.content).toContain("python: I am python.");
  });

  test("what is said in direct mode is in no other persona's later prompts", async () => {
    await using server = scriptedServer(({ body }) => say(`Aye, ${speakerOf(body)} knows.`));
    await using home = await testJournal();
    await using room = await openTestRoom({ journal: home.journal, url: server.url });
    await room.setMode("direct:python", "user");
    const events = await sayAndWait(room, "the password is swordfish");
    expect(spoken(events)).toEqual(["python: Aye, python knows."]);
    await room.setMode("group", "user");
    await sayAndWait(room, "@@agent @@toolsmith what is the password?");
    for (const { body } of server.requests.slice(1)) {
      expect(promptOf(body)).not.toContain("swordfish");
      expect(promptOf(body)).not.toContain("python knows");
    }
    await sayAndWait(room, "@@python and you?");
    expect(promptOf(server.requests.at(-1)?.body ?? { model: "", messages: [] })).toContain(
      "swordfish",
    );
  });

  test("a model switches the mode with chat_mode, from the next message on", async () => {
    await using server = scriptedServer([
      call("chat_mode", { mode: "direct:python" }),
      say("Switched."),
      say("Here I am."),
    ]);
    await using home = await testJournal();
    await using room = await openTestRoom({ journal: home.journal, url: server.url });
    const events = await sayAndWait(room, "let me talk to python");
    expect(events).toContainEqual({ type: "mode", mode: "direct:python", by: "agent" });
    expect(spoken(await sayAndWait(room, "hello"))).toEqual(["python: Here I am."]);
  });

  test("two personas that call each other for ever end with a reason", async () => {
    await using server = scriptedServer(({ body, index }) =>
      say(`Turn ${index}: over to @@${speakerOf(body) === "agent" ? "python" : "agent"} now.`),
    );
    await using home = await testJournal();
    await using room = await openTestRoom({ journal: home.journal, url: server.url });
    const events = await sayAndWait(room, "discuss");
    const why = "3 rounds without you; agent still called python";
    expect(events.at(-1)).toEqual({ type: "settled", why });
    expect(server.requests).toHaveLength(3);
  });

  test("an unknown mention sends nothing", async () => {
    await using server = scriptedServer([]);
    await using home = await testJournal();
    await using room = await openTestRoom({ journal: home.journal, url: server.url });
    await expect(room.say("@@pyhton hi")).rejects.toMatchObject({
      code: "PERSONA_UNKNOWN",
      remedies: ["@@python"],
    });
    expect(await entriesOf(home.journal)).toEqual([]);
  });

  test("lines that come while one is answered wait for their turn", async () => {
    const first = gate();
    await using server = scriptedServer([several(first, say("one")), say("two")]);
    await using home = await testJournal();
    await using room = await openTestRoom({ journal: home.journal, url: server.url });
    const a = sayAndWait(room, "first");
    await first.reached;
    const b = sayAndWait(room, "second");
    first.open();
    expect([spoken(await a), spoken(await b)]).toEqual([["agent: one"], ["agent: two"]]);
  });
});

test("a line that waits is in no prompt before its own, and then it is the last word", async () => {
  const middle = gate();
  await using server = scriptedServer(({ index }) =>
    index === 0 ? several(middle, call("sh", { cmd: "ls" })) : say(`Answer ${index}.`),
  );
  await using home = await testJournal();
  const options = { journal: home.journal, url: server.url, tools: [echoTool] };
  await using room = await openTestRoom(options);
  const first = sayAndWait(room, "first question");
  await middle.reached;
  const second = sayAndWait(room, "second question");
  middle.open();
  await Promise.all([first, second]);
  const [, during, after] = server.requests.map(({ body }) => promptOf(body));
  expect(during).not.toContain("second question");
  expect(after).toEndWith("user: second question");
});

describe("markup that others quote", () => {
  const quoted = "Write it like this:\n```\n<tool_call>{}</tool_call>\n```";

  test("is broken before it enters another persona's prompt", async () => {
    await using server = scriptedServer([say(quoted), say("I see.")]);
    await using home = await testJournal();
    await using room = await openTestRoom({ journal: home.journal, url: server.url });
    const events = await sayAndWait(room, "@@agent @@python how do I call a tool?");
    expect(events.some((event) => event.type === "tool-call")).toBe(false);
    const prompt = server.requests[1]?.body.messages.at(-1)?.content ?? "";
    expect(prompt).toContain("agent: Write it like this:");
    expect(prompt).not.toContain("<tool_call>");
  });

  test("is broken in what a tool printed", async () => {
    await using server = scriptedServer([call("sh", { cmd: "<tool_call>" }), say("Odd.")]);
    await using home = await testJournal();
    const options = { journal: home.journal, url: server.url, tools: [echoTool] };
    await using room = await openTestRoom(options);
    await sayAndWait(room, "go");
    const result = server.requests[1]?.body.messages.at(-1)?.content ?? "";
    expect(result).toStartWith("ran <");
    expect(result).not.toContain("<tool_call>");
  });
});

describe("files", () => {
  test("##file: writes, and a refusal is said without losing the rest", async () => {
    const text = "##file:a.txt\nalpha\n##file:b.txt\n```\nbeta\n```\nDone.";
    await using server = scriptedServer([say(text)]);
    await using home = await testJournal();
    const workspace = memoryWorkspace();
    await using room = await openTestRoom({ journal: home.journal, url: server.url, workspace });
    const events = await sayAndWait(room, "write");
    expect(events.filter((event) => event.type === "file").map(({ path }) => path)).toEqual([
      "a.txt",
      "b.txt",
    ]);
    expect(events.at(-1)?.type).toBe("turn-end");
    expect([...workspace.files]).toEqual([
      ["a.txt", "alpha\n"],
      ["b.txt", "beta\n"],
    ]);
  });

  test("in the mode file:<path> the room's text goes to that file", async () => {
    await using server = scriptedServer([say("First."), say("Second.")]);
    await using home = await testJournal();
    const workspace = memoryWorkspace();
    await using room = await openTestRoom({ journal: home.journal, url: server.url, workspace });
    await room.setMode("file:notes.md", "user");
    await sayAndWait(room, "one");
    await sayAndWait(room, "two");
    expect(workspace.files.get("notes.md")).toBe("First.\nSecond.\n");
  });

  test("a mode whose file could never be written is refused at once, and nothing is sent in it", async () => {
    await using server = scriptedServer([]);
    await using home = await testJournal();
    await using room = await openTestRoom({ journal: home.journal, url: server.url });
    await expect(room.setMode("file:../outside.md", "user")).rejects.toMatchObject({
      code: "PATH_REFUSED",
      remedies: ["/mode file:notes.md", "/mode group"],
      unchanged: "The mode was not changed.",
    });
    expect(room.mode).toEqual({ kind: "group" });
    await expect(room.say("hi", { mode: "file:/etc/motd" })).rejects.toMatchObject({
      code: "PATH_REFUSED",
      unchanged: "Nothing was sent.",
    });
    expect(await entriesOf(home.journal)).toEqual([]);
  });

  test("what an unknown persona was named for is in the remedy and in what is unchanged", async () => {
    await using home = await testJournal();
    await using server = scriptedServer([]);
    await using room = await openTestRoom({ journal: home.journal, url: server.url });
    expect(() => room.compact("pyhton")).toThrow(
      expect.objectContaining({
        remedies: ["/compact python"],
        unchanged: "Nothing was summed up.",
      }),
    );
    await expect(room.setModel("m", "pyhton")).rejects.toMatchObject({
      remedies: ["/model python m"],
      unchanged: "Every persona keeps the model that it had.",
    });
  });

  test("on another node a room in the mode file:<path> is a group again, and says where the file lies", async () => {
    await using server = scriptedServer([say("First."), say("Second."), say("Third.")]);
    await using home = await testJournal();
    const shared = { journal: home.journal, url: server.url };
    const [there, here] = [memoryWorkspace(), memoryWorkspace()];
    {
      await using room = await openTestRoom({ ...shared, workspace: there, node: "a" });
      await room.setMode("file:notes.md", "user");
      await sayAndWait(room, "one");
    }
    {
      await using room = await openTestRoom({ ...shared, workspace: here, node: "b" });
      await sayAndWait(room, "two");
      expect([there.files.get("notes.md"), here.files.get("notes.md")]).toEqual([
        "First.\n",
        undefined,
      ]);
      const told = (await entriesOf(home.journal)).map(({ event }) => event);
      expect(told).toContainEqual({
        type: "notice",
        level: "warning",
        text: 'The room was in the mode file:notes.md on node "a", and is on "b" now: that file stays there. To keep answers in a file here: /mode file:notes.md',
      });
      await room.setMode("file:notes.md", "user");
    }
    // The same node again, as after a restart.
    await using room = await openTestRoom({ ...shared, workspace: here, node: "b" });
    await sayAndWait(room, "three");
    expect(here.files.get("notes.md")).toBe("Third.\n");
  });

  test("a tag and a call in one turn both take effect", async () => {
    await using server = scriptedServer([
      several(say("##file:a.txt\nalpha\n"), call("sh", { cmd: "ls" })),
      say("Done, @@python."),
      say("Thanks."),
    ]);
    await using home = await testJournal();
    const workspace = memoryWorkspace();
    const options = { journal: home.journal, url: server.url, workspace, tools: [echoTool] };
    await using room = await openTestRoom(options);
    const events = await sayAndWait(room, "go");
    expect(workspace.files.get("a.txt")).toBe("alpha\n");
    expect(spoken(events).at(-1)).toBe("python: Thanks.");
  });
});

describe("reopening", () => {
  test("mode, history and last speaker are there again", async () => {
    await using server = scriptedServer([say("I am python."), say("Still me.")]);
    await using home = await testJournal();
    {
      await using room = await openTestRoom({ journal: home.journal, url: server.url });
      await sayAndWait(room, "@@python hi");
    }
    await using room = await openTestRoom({ journal: home.journal, url: server.url });
    expect(room.nextSpeakers).toEqual(["python"]);
    await sayAndWait(room, "and now?");
    expect(promptOf(server.requests[1]?.body ?? { model: "", messages: [] })).toContain(
      "I am python.",
    );
  });

  test("a turn that was cut off is closed, and its call is not run again", async () => {
    await using server = scriptedServer([say("I start over.")]);
    await using home = await testJournal();
    const { journal } = home;
    const who = { turn: "turn_1", persona: "agent" };
    const wanted = { id: "c1", name: "sh", arguments: { cmd: "rm" } };
    await journal.append("test", {
      key: "m",
      event: { type: "message", id: "m", from: "user", text: "go", to: ["agent"], mode: "group" },
    });
    await journal.append("test", {
      key: "s",
      event: { type: "turn-start", ...who, message: "m", model: "m", window: 8192 },
    });
    await journal.append("test", {
      key: "a",
      event: { type: "answer", ...who, hop: 0, text: "", calls: [wanted] },
    });
    await journal.append("test", {
      key: "t",
      event: { type: "tool-call", ...who, call: wanted, origin: "declared" },
    });
    await using room = await openTestRoom({ journal, url: server.url, tools: [echoTool] });
    const last = (await entriesOf(journal)).at(-1);
    expect(last?.event).toMatchObject({ type: "turn-end", turn: "turn_1", reason: "cut" });
    const events = await sayAndWait(room, "go on");
    expect(events.some((event) => event.type === "tool-call")).toBe(false);
    const prompt = server.requests[0]?.body.messages ?? [];
    expect(prompt.find((m) => m.role === "tool")?.content).toStartWith("Not run");
  });
});
