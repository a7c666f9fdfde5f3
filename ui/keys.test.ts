import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Key, KeyDecoder, PASTE_LIMIT } from "./keys.ts";

/** Keys as short text: what was typed as it is, other keys in brackets. */
function told(keys: readonly Key[]): string {
  return keys.map((key) => (key.type === "press" ? `[${key.name}]` : key.text)).join("");
}

function decode(...chunks: readonly (string | Uint8Array)[]): string {
  const decoder = new KeyDecoder();
  const keys = chunks.flatMap((chunk) =>
    decoder.push(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk),
  );
  return told([...keys, ...decoder.flush()]);
}

function inPieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])];
  const sorted = places.sort((a, b) => a - b);
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

describe("keys", () => {
  test.each([
    ["abc", "abc"],
    ["안녕 👩‍👩‍👧‍👦", "안녕 👩‍👩‍👧‍👦"],
    ["a\rb\n", "a[enter]b[enter]"],
    ["\u007f\u0008", "[backspace][backspace]"],
    ["\u001b[A\u001b[B\u001b[C\u001b[D", "[up][down][right][left]"],
    ["\u001bOA\u001bOH\u001bOF", "[up][home][end]"],
    [
      "\u001b[H\u001b[1~\u001b[7~\u001b[F\u001b[4~\u001b[3~",
      "[home][home][home][end][end][delete]",
    ],
    ["\u001b[1;5D\u001b[1;3C\u001bb\u001bf", "[word-left][word-right][word-left][word-right]"],
    ["\u001b\u007f\u001b\r", "[delete-word][newline]"],
    ["\u0001\u0005\u0015\u000b\u0017", "[home][end][delete-to-start][delete-to-end][delete-word]"],
    ["\u0003\u0004\u001a", "[interrupt][end-of-input][suspend]"],
    ["\u001b[99;1234uX\u001b[?62;4cY", "XY"],
  ])("%j is read as %s", (input, keys) => {
    expect(decode(input)).toBe(keys);
  });

  test("a lone Esc is a key as soon as nothing follows", () => {
    const decoder = new KeyDecoder();
    expect(decoder.push(new TextEncoder().encode("a\u001b"))).toEqual([
      { type: "text", text: "a" },
    ]);
    expect(decoder.pending).toBe(true);
    expect(told(decoder.flush())).toBe("[escape]");
    expect(decoder.pending).toBe(false);
    expect(decoder.flush()).toEqual([]);
  });

  test("Esc and what was typed right behind it are both taken", () => {
    expect(decode("\u001bhello")).toBe("[escape]hello");
    expect(decode("\u001b\u001b")).toBe("[escape][escape]");
  });

  test("an arrow that is cut behind its Esc is an arrow", () => {
    expect(decode("x\u001b", "[A")).toBe("x[up]");
  });

  test("a sequence without an end does not swallow the keys behind it for ever", () => {
    expect(decode(`\u001b[${"1;".repeat(40)}`, "abc")).toBe("abc");
  });

  test("bytes that are not UTF-8 do no harm", () => {
    expect(decode(Uint8Array.of(0x61, 0xff, 0x9b, 0x41), "b")).toBe("a\ufffd\ufffdAb");
  });
});

describe("a paste", () => {
  test("is one key, with its line breaks and without acting on what it holds", () => {
    const decoder = new KeyDecoder();
    const pasted = "\u001b[200~one\rtwo\r\nthree\u0003\u001b[A\u001b[201~!";
    expect(decoder.push(new TextEncoder().encode(pasted))).toEqual([
      { type: "paste", text: "one\ntwo\nthree\u0003\u001b[A", dropped: 0 },
      { type: "text", text: "!" },
    ]);
  });

  test("keeps at most 1 MiB and says how much it left out", () => {
    const decoder = new KeyDecoder();
    const piece = new TextEncoder().encode("x".repeat(64 * 1024));
    decoder.push(new TextEncoder().encode("\u001b[200~"));
    for (let count = 0; count < 17; count += 1) expect(decoder.push(piece)).toEqual([]);
    const [key] = decoder.push(new TextEncoder().encode("\u001b[201~"));
    expect(key).toMatchObject({ type: "paste", dropped: 64 * 1024 });
    expect(key?.type === "paste" && key.text.length).toBe(PASTE_LIMIT);
  });
});

const piece = fc.constantFrom(
  "a",
  "é",
  "안",
  "👩‍👩‍👧‍👦",
  "\r",
  "\u007f",
  "\u0003",
  "\u001b[A",
  "\u001bOD",
  "\u001b[1;5C",
  "\u001b[200~two\r\nlines\u001b[201\u001b[201~",
);

test("the same keys come however the bytes are cut", () => {
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.nat(500)), (pieces, cuts) => {
      const bytes = new TextEncoder().encode(pieces.join(""));
      expect(decode(...inPieces(bytes, cuts))).toBe(decode(bytes));
    }),
  );
});

test("no bytes whatever make the decoder throw or keep more than it may", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (chunks) => {
      expect(() => decode(...chunks)).not.toThrow();
    }),
  );
});
