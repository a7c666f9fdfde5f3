/** What a room knows to be secret, on its ways into the journal, onto screens and to models. */
import { describe, expect, test } from "bun:test";
import type { ApprovalAsked, JournaledEvent } from "#core/events.ts";
import { DEFAULT_POLICY } from "#core/policy/policy.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import {
  echoTool,
  entriesOf,
  memoryWorkspace,
  openTestRoom,
  sayAndWait,
  testJournal,
} from "#test/room-fixture.ts";
import { call, reasoning, say, several } from "#test/scripted-answers.ts";
import { scriptedServer } from "#test/scripted-server.ts";
import { cleanEvent } from "./clean-event.ts";
import { hideTypedSecrets } from "./typed-secrets.ts";

const SECRET = "swordfish-1";
const cleaner = new TextCleaner([SECRET]);
const TOKEN = `ghp_${"aB3dE5fG7h".repeat(4)}`;

describe("a line of the human", () => {
  test("without a secret is nothing to talk about", async () => {
    expect(await hideTypedSecrets("hello", cleaner)).toEqual({ text: "hello", notice: undefined });
  });

  test("with secrets is hidden, and every kind is named once, with what to do", async () => {
    const { text, notice } = await hideTypedSecrets(`${TOKEN} ${TOKEN} ${SECRET}`, cleaner);
    expect(text).toBe("[redacted] [redacted] [redacted]");
    expect(notice?.level).toBe("warning");
    expect(notice?.text).toContain("(GitHub token, known secret)");
    expect(notice?.text).toContain("environment variable");
    expect(notice?.text).not.toContain(SECRET);
  });

  test("that hides a secret behind invisible characters hides nothing", async () => {
    const { text, notice } = await hideTypedSecrets("swordfish\u200b-1", cleaner);
    expect(text).toBe("[redacted]");
    expect(notice).toBeDefined();
  });

  test("writes no secret into a file, and is followed by its notice", async () => {
    await using server = scriptedServer([say("Ok.")]);
    await using home = await testJournal();
    const workspace = memoryWorkspace();
    const options = { journal: home.journal, url: server.url, workspace, cleaner };
    await using room = await openTestRoom(options);
    const events = await sayAndWait(room, `Keep it.\n##file:key.txt\n${SECRET}\n`);
    expect(workspace.files.get("key.txt")).toBe("[redacted]\n");
    expect(events.slice(0, 2).map(({ type }) => type)).toEqual(["message", "notice"]);
  });
});

test("what runs is what the model wrote; what is stored, shown and sent back is clean", async () => {
  const ran: string[] = [];
  const spy = {
    ...echoTool,
    run: async (args: unknown) => {
      ran.push(JSON.stringify(args));
      return { ok: true, output: `ran \u001b[1m${SECRET}` };
    },
  };
  await using server = scriptedServer([
    several(reasoning(SECRET), call("sh", { cmd: `login ${SECRET}` })),
    say(`I used ${SECRET}.`, { chunk: 3 }),
  ]);
  await using home = await testJournal();
  const options = { journal: home.journal, url: server.url, tools: [spy], cleaner };
  await using room = await openTestRoom(options);
  const events = await sayAndWait(room, "go");
  expect(ran).toEqual([JSON.stringify({ cmd: `login ${SECRET}` })]);
  expect(JSON.stringify(events)).not.toContain(SECRET);
  expect(JSON.stringify(await entriesOf(home.journal))).not.toContain(SECRET);
  expect(JSON.stringify(server.requests.map(({ body }) => body))).not.toContain(SECRET);
  expect(server.requests[1]?.body.messages.at(-1)?.content).toBe("ran [redacted]");
});

test("a question shows no secret, and the approval is for the call with it", async () => {
  await using server = scriptedServer([call("sh", { cmd: `login ${SECRET}\u200b` }), say("Done.")]);
  await using home = await testJournal();
  const policy = { ...DEFAULT_POLICY, mode: "supervised" as const };
  const permissions = { policy, resolveProgram: () => undefined };
  const options = { journal: home.journal, url: server.url, tools: [echoTool], cleaner };
  await using room = await openTestRoom({ ...options, permissions });
  using _ = room.approvals.setInteractive();
  const asked: ApprovalAsked[] = [];
  using __ = room.listen((event) => {
    if (event.type !== "approval" || event.state !== "asked") return;
    asked.push(...room.approvals.waiting);
    room.approvals.answer(event.id, true);
  });
  const events = await sayAndWait(room, "go");
  // What cannot be seen stays: the screen makes it visible, for it runs.
  expect(asked.map((one) => one.call.arguments)).toEqual([{ cmd: "login [redacted]\u200b" }]);
  const outputs = events.flatMap((event) => (event.type === "tool-result" ? [event.output] : []));
  expect(outputs).toEqual(["ran login [redacted]"]);
});

test("events of every kind are cleaned, calls of secrets only", () => {
  const who = { turn: "t", persona: "agent" };
  const made = { id: "c", name: "sh", arguments: { cmd: `\u001b[1m${SECRET}` } };
  const shown = { ...made, arguments: { cmd: "\u001b[1m[redacted]" } };
  const asked = { state: "asked", id: "A1", why: SECRET, hash: "0f", expiresAt: 1 } as const;
  const events: readonly (readonly [JournaledEvent, object])[] = [
    [{ type: "settled", why: `\u001b[1m${SECRET}` }, { why: "[redacted]" }],
    [{ type: "turn-end", ...who, reason: "error", why: SECRET }, { why: "[redacted]" }],
    [{ type: "file", path: SECRET, bytes: 1, by: "user" }, { path: "[redacted]" }],
    [{ type: "tool-call", ...who, call: made, origin: "declared" }, { call: shown }],
    [
      { type: "answer", ...who, hop: 0, text: SECRET, calls: [made] },
      { text: "[redacted]", calls: [shown] },
    ],
    [
      { type: "approval", ...who, ...asked, call: made },
      { why: "[redacted]", call: shown },
    ],
  ];
  for (const [event, clean] of events)
    expect(cleanEvent(event, cleaner)).toEqual({ ...event, ...clean });
});
