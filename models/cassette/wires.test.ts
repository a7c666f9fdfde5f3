/** Recordings of servers that speak another wire than the compatible one. */

import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Wire } from "#core/wires.ts";
import { PATIENT } from "#test/patience.ts";
import { message, scriptedAnthropic } from "#test/scripted-anthropic.ts";
import { done, said, scriptedOllama } from "#test/scripted-ollama.ts";
import { events, lines } from "#test/scripted-pieces.ts";
import { joinTexts } from "../http/join-texts.ts";
import type { ChatRequest, Provider } from "../provider.ts";
import { cassetteProvider } from "./cassette.ts";

const timeouts = PATIENT;

/** A conversation whose first call got its id from us: another one in every run. */
function request(id: string): ChatRequest {
  return {
    model: "m",
    messages: [
      { role: "user", content: "hi" },
      { role: "assistant", content: "", calls: [{ id, name: "sh", arguments: { cmd: "ls" } }] },
      { role: "tool", callId: id, name: "sh", content: "a.txt" },
    ],
    tools: [],
  };
}

interface Server extends AsyncDisposable {
  readonly url: string;
}

const SERVERS: readonly (readonly [Wire, (words: readonly string[]) => Server])[] = [
  [
    "ollama",
    (words) => scriptedOllama({ chat: [lines(...words.map((word) => said(word)), done("stop"))] }),
  ],
  ["anthropic", (words) => scriptedAnthropic({ answers: [events(...message([{ text: words }]))] })],
];

test.each(SERVERS)("%s: plays back what was recorded, all of it", async (wire, serverSaying) => {
  await using folder = await temporaryFolder();
  await using server = serverSaying(["I see ", "a.txt", "."]);
  const options = { baseUrl: server.url, wire, timeouts, redact: (text: string) => text };
  let recorded: readonly unknown[] = [];
  {
    await using recording = await cassetteProvider("record", folder.file, options);
    await recording.windowOf?.("m", never());
    recorded = await ask(recording, "call_1");
  }
  await using replay = await cassetteProvider("strict", folder.file, options);
  await replay.windowOf?.("m", never());
  expect(await ask(replay, "call_2")).toEqual(recorded);
  expect(recorded).toContainEqual({ type: "text", text: "I see a.txt." });
});

test.each(SERVERS)(
  "%s: a secret that comes in pieces is not recorded",
  async (wire, serverSaying) => {
    await using folder = await temporaryFolder();
    await using server = serverSaying(["hunt", "er2"]);
    const redact = (text: string) => text.replaceAll("hunter2", "(secret)");
    const options = { baseUrl: server.url, wire, timeouts, redact };
    const record = async () => {
      await using recording = await cassetteProvider("record", folder.file, options);
      await ask(recording, "call_1");
    };
    const failure = await record().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "CASSETTE_INVALID" });
    expect(await Bun.file(folder.file).exists()).toBe(false);
  },
);

async function ask(provider: Provider, id: string): Promise<readonly unknown[]> {
  return joinTexts(await Array.fromAsync(provider.stream(request(id), never())));
}

function never(): AbortSignal {
  return new AbortController().signal;
}

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), "org-wires-"));
  return {
    file: join(path, "session.jsonl"),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
