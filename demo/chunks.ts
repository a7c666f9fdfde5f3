/** Words as a server sends them, piece by piece, at the pace of a model. */
import type { RecordedChunk } from "#models/cassette/format.ts";
import { chunk, DONE, FIRST, fragment } from "#test/quirks/quirk.ts";
import type { Words } from "./words.ts";

/** Until the first word comes, and between the others, in milliseconds. */
const FIRST_MS = 450;
const WORD_MS = 42;
/** Characters and milliseconds of a piece that no viewer reads as it comes. */
const PART_LENGTH = 32;
const PART_MS = 22;

/** The stream of a completion, with the time of each piece. */
export function chunksOf({ text = "", call, isPart = false }: Words): readonly RecordedChunk[] {
  const pieces = isPart ? slices(text, PART_LENGTH) : (text.match(/\s*\S+/g) ?? []);
  const deltas: readonly unknown[] = [
    ...pieces.map((content) => ({ content })),
    ...(call === undefined ? [] : fragmentsOf(call)),
  ];
  const stepMs = isPart ? PART_MS : WORD_MS;
  const chunks = deltas.map((delta, index) => ({
    atMs: FIRST_MS + Math.round(stepMs * (index + ((index * 7) % 5) / 5)),
    text: chunk({ choices: [{ index: 0, delta, finish_reason: null }] }),
  }));
  const reason = call === undefined ? "stop" : "tool_calls";
  const end = chunk({ choices: [{ index: 0, delta: {}, finish_reason: reason }] }) + DONE;
  return [...chunks, { atMs: (chunks.at(-1)?.atMs ?? FIRST_MS) + stepMs, text: end }];
}

function fragmentsOf(call: NonNullable<Words["call"]>): readonly unknown[] {
  const args = slices(JSON.stringify(call.arguments), PART_LENGTH);
  const rest = args.map((piece) => fragment([{ index: FIRST.index }, undefined, piece]));
  return [fragment([FIRST, call.name, ""]), ...rest];
}

function slices(text: string, size: number): readonly string[] {
  const count = Math.ceil(text.length / size);
  return Array.from({ length: count }, (_, at) => text.slice(at * size, (at + 1) * size));
}
