/** Ways to read the events of a stream that are in memory already: what is left when the network is not counted. */
import { createParser } from "eventsource-parser";
import { AnswerReader } from "#models/answer-reader.ts";
import { createExtractor } from "#models/extract/create.ts";
import type { ExtractEvent } from "#models/extract/extractor.ts";
import { BodyReader } from "#models/openai/body.ts";
import type { ProviderEvent } from "#models/provider.ts";
import { pythonRunTool } from "#tools/python-run.ts";
import { shTool } from "#tools/sh.ts";
import { Toolbox } from "#tools/toolbox.ts";
import { MODEL } from "./chat-wire.ts";

/** Reads one whole answer, a packet for each event, and returns its text. */
export type ChunkReader = (packets: readonly Uint8Array[]) => string;

/** The tools that a persona has by default. */
const TOOLS: Toolbox["schemas"] = new Toolbox([shTool(), pythonRunTool()]).schemas;

export const chunkReaders: Readonly<Record<string, ChunkReader>> = {
  "eventsource-parser + JSON.parse": parseOnly,
  BodyReader: bodyOnly,
  "BodyReader + Extractor": bodyAndExtractor,
  "BodyReader + AnswerReader": bodyAndAnswer,
};

/** The least that has to be done. */
function parseOnly(packets: readonly Uint8Array[]): string {
  const text: string[] = [];
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data !== "[DONE]") text.push(JSON.parse(data).choices[0]?.delta.content ?? "");
    },
  });
  const decoder = new TextDecoder();
  for (const bytes of packets) parser.feed(decoder.decode(bytes, { stream: true }));
  return text.join("");
}

/** Every quirk of a server is absorbed, and calls that it declares are put together. */
function bodyOnly(packets: readonly Uint8Array[]): string {
  const text: string[] = [];
  readBody(packets, (event) => {
    if (event.type === "text") text.push(event.text);
  });
  return text.join("");
}

/** Calls and reasoning are found in the text as well. */
function bodyAndExtractor(packets: readonly Uint8Array[]): string {
  const text: string[] = [];
  const extractor = createExtractor({ tools: TOOLS });
  const keep = (found: readonly ExtractEvent[]) => {
    for (const event of found) if (event.type === "text") text.push(event.text);
  };
  readBody(packets, (event) => {
    if (event.type === "text") keep(extractor.push(event.text));
  });
  keep(extractor.end());
  return text.join("");
}

/** All that `chatOnce` does: control characters and lines of other speakers are looked for, too. */
function bodyAndAnswer(packets: readonly Uint8Array[]): string {
  const reader = new AnswerReader({
    request: { model: MODEL, messages: [], tools: TOOLS },
    speaker: { self: "agent", others: ["user", "python", "toolsmith"] },
  });
  readBody(packets, (event) => reader.take(event));
  reader.end();
  return reader.text;
}

function readBody(packets: readonly Uint8Array[], take: (event: ProviderEvent) => void): void {
  const body = new BodyReader({ explain: unexpected });
  for (const bytes of packets) for (const event of body.push(bytes)) take(event);
  for (const event of body.end()) take(event);
}

function unexpected({ message }: { readonly message: string }): never {
  throw new Error(`The stream of the benchmark says that it failed: ${message}`);
}
