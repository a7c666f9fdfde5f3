import { describe, expect, test } from "bun:test";
import { PLAIN } from "#room/style.ts";
import { CopiedBlocks } from "./copied-blocks.ts";
import { outputText, ToolPieces } from "./tool-pieces.ts";

const WHO = { turn: "turn_1", persona: "agent" };
const CALL = { type: "tool-call", ...WHO, origin: "declared" } as const;
const RESULT = { type: "tool-result", ...WHO, name: "sh", ok: true, ms: 1200, exit: 0 } as const;

function callOf(id: string, cmd: string) {
  return { ...CALL, call: { id, name: "sh", arguments: { cmd } } };
}

describe("a call", () => {
  test("is written together with its result, although another one ran beside it", () => {
    const pieces = new ToolPieces(PLAIN);
    expect(pieces.pieceOf(callOf("a", "ls"), 1)).toBeUndefined();
    expect(pieces.pieceOf(callOf("b", "cat"), 1)).toBeUndefined();
    expect(pieces.pieceOf({ ...RESULT, id: "b", size: 3 }, 1)?.text).toBe(
      "⚙ sh cat\n✔ sh 1.2 s · exit 0 · 3 characters · /raw 1",
    );
  });

  test("without a result is there when the turn ends, with the reason", () => {
    const pieces = new ToolPieces(PLAIN);
    pieces.pieceOf(callOf("a", "sleep 9"), 1);
    expect(pieces.pieceOf({ type: "turn-end", ...WHO, reason: "aborted" }, 1)?.text).toBe(
      "⚙ sh sleep 9\n✘ did not come to its end\n— agent was stopped",
    );
    expect(pieces.pieceOf({ type: "turn-end", ...WHO, reason: "complete" }, 1)).toBeUndefined();
  });
});

describe("an output", () => {
  const output = (text: string) => outputText({ ...RESULT, id: "a", size: 1, output: text }, PLAIN);

  test("is shown by its last lines", () => {
    expect(output("one\ntwo\n")).toBe("    one\n    two");
    expect(output("1\n2\n3\n4\n5\n")).toBe("    …\n    3\n    4\n    5");
  });

  test("that is empty, or a mebibyte in one line, does no harm", () => {
    expect(output(" \n")).toBe("");
    expect(Bun.stringWidth(output("안".repeat(500_000)))).toBeLessThanOrEqual(124);
  });
});

describe("what can be copied", () => {
  function blocks(...texts: readonly string[]): CopiedBlocks {
    const copied = new CopiedBlocks();
    for (const [hop, text] of texts.entries()) {
      copied.take({ type: "answer", ...WHO, hop, text, calls: [] });
    }
    return copied;
  }

  test("is code, byte for byte, counted from the last", () => {
    const copied = blocks("```ts\n\tone ●\n```\nand\n~~~\n● two  \n\n~~~", "no code here");
    expect(copied.last(1)).toEqual({ persona: "agent", kind: "code", text: "● two  \n\n" });
    expect(copied.last(2).text).toBe("\tone ●\n");
  });

  test("is a whole answer where no code was written", () => {
    expect(blocks("one", "two").last(2)).toEqual({ persona: "agent", kind: "answer", text: "one" });
  });

  test("is nothing without any message, and the error says how many there are", () => {
    expect(() => blocks(" ").last(1)).toThrow("There is no block 1 to copy");
  });

  test("is kept for the last hundred blocks", () => {
    const copied = blocks(...Array.from({ length: 120 }, (_, index) => `answer ${index}`));
    expect(copied.last(100).text).toBe("answer 20");
    expect(() => copied.last(101)).toThrow("There is no block 101 to copy");
  });
});
