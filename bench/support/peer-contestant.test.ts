import { expect, test } from "bun:test";
import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fakeModel } from "./fake-model.ts";
import { opencodeOutcome, peerContestant, piOutcome } from "./peer-contestant.ts";
import { temporaryFolder } from "./temporary-folder.ts";

function said(text: string, more: object = {}): object {
  return {
    type: "message_end",
    message: { role: "assistant", content: [{ type: "text", text }], ...more },
  };
}

test("the outcome of pi is its last message, and the calls that it ran", () => {
  const lines = [
    { type: "session", version: 3 },
    { type: "message_end", message: { role: "user", content: "How many?" } },
    said("I look."),
    { type: "tool_execution_end", toolName: "bash", isError: false },
    { type: "tool_execution_end", toolName: "read", isError: true },
    { type: "tool_execution_end", toolName: "edit", isError: true },
    said("There are 2."),
    { type: "agent_end" },
  ];
  expect(piOutcome(lines)).toEqual({
    ...{ text: "There are 2.", calls: 3, ran: 3, succeeded: 1, edits: { made: 1, refused: 1 } },
  });
  expect(piOutcome([said("", { stopReason: "error", errorMessage: "no window" })])).toMatchObject({
    ...{ ended: "error", why: "no window" },
  });
});

test("the outcome of opencode is its text behind the last call", () => {
  const lines = [
    { type: "text", part: { text: "I look." } },
    { type: "tool_use", part: { tool: "bash", state: { status: "completed" } } },
    { type: "tool_use", part: { tool: "read", state: { status: "error" } } },
    { type: "tool_use", part: { tool: "edit", state: { status: "completed" } } },
    { type: "step_start", part: {} },
    { type: "text", part: { text: "There are 2." } },
  ];
  expect(opencodeOutcome(lines)).toEqual({
    ...{ text: "There are 2.", calls: 3, ran: 3, succeeded: 2, edits: { made: 1, refused: 0 } },
  });
  expect(opencodeOutcome([{ type: "error", error: { name: "Overflow" } }])).toMatchObject({
    ...{ text: "", ended: "error", why: '{"name":"Overflow"}' },
  });
});

/** A program in place of pi: it writes what it sees of the box, as pi writes its answer. */
const PROGRAM = `#!/usr/bin/python3
import json, os, socket, urllib.request
base = json.load(open(os.environ["HOME"] + "/.pi/agent/models.json"))["providers"]["bench"]["baseUrl"]
request = urllib.request.Request(base + "/chat/completions", b"{}", method="POST")
answer = json.load(urllib.request.urlopen(request))["choices"][0]["message"]["content"]
seen = [answer, sorted(os.listdir(".")), socket.if_nameindex(), os.path.exists("/root"), os.path.exists("/work")]
open("written.txt", "w").write("x")
text = json.dumps(seen)
print(json.dumps({"type": "message_end", "message": {"role": "assistant", "content": [{"type": "text", "text": text}]}}))
`;

test("a peer runs in a box that has the task's files, the model server and no other network", async () => {
  await using peers = await temporaryFolder();
  await using files = await temporaryFolder();
  await mkdir(join(peers.path, "node_modules/.bin"), { recursive: true });
  const program = join(peers.path, "node_modules/.bin/pi");
  await Bun.write(program, PROGRAM);
  await chmod(program, 0o755);
  await Bun.write(join(files.path, "one.txt"), "a\n");
  await using model = fakeModel(["It is 4."]);
  const posed = {
    ...{ question: "?", folder: files.path, isRepository: false },
    ...{ base: model.url, model: "m" },
  };
  const { signal } = new AbortController();
  const outcome = await peerContestant("pi", peers.path, 4096).answer(posed, signal);
  expect(outcome.why).toBeUndefined();
  expect(JSON.parse(outcome.text)).toEqual(["It is 4.", ["one.txt"], [[1, "lo"]], false, false]);
  expect(await Bun.file(join(files.path, "written.txt")).text()).toBe("x");
});

test("a peer that is not installed is an error that says so", async () => {
  await using peers = await temporaryFolder();
  await using files = await temporaryFolder();
  const posed = {
    ...{ question: "?", folder: files.path, isRepository: false },
    ...{ base: "http://127.0.0.1:9", model: "m" },
  };
  const { signal } = new AbortController();
  const outcome = await peerContestant("opencode", peers.path, 4096).answer(posed, signal);
  expect(outcome).toMatchObject({ ended: "error", why: expect.stringContaining("opencode") });
});
