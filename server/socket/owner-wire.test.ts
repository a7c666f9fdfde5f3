import { expect, test } from "bun:test";
import fc from "fast-check";
import { explain, OrgError } from "#core/errors.ts";
import { fromLine, readLines, toFailedLine, toLine } from "./owner-wire.ts";

test("a failure arrives as it was sent, and -v shows where it came from", () => {
  const sent = new OrgError("No such room", {
    code: "ROOM_UNKNOWN",
    why: "it holds 2 rooms",
    remedies: ["org log --list"],
    left: "Nothing was sent.",
  });
  const received = failureIn(toFailedLine(sent));
  expect(received).toBeInstanceOf(OrgError);
  expect(explain(received)).toBe(explain(sent));
  expect(explain(received, true)).toContain("in the owner's process: OrgError: No such room");
});

test("a failure without reason and remedies arrives without them", () => {
  const sent = new OrgError("Busy", { code: "LOCK_HELD", remedies: [] });
  expect(failureIn(toFailedLine(sent))).toMatchObject({ code: "LOCK_HELD", why: undefined });
});

test("a bug of the owner is a bug for the asker too", () => {
  const received = failureIn(toFailedLine(new TypeError("x is not a function")));
  expect(received).not.toBeInstanceOf(OrgError);
  expect(received).toMatchObject({ message: "x is not a function" });
});

test("a code that only a later version knows becomes a plain error", () => {
  const line = toFailedLine(new OrgError("New", { code: "USAGE", remedies: [] }));
  const received = failureIn(line.replace("USAGE", "FROM_THE_FUTURE"));
  expect(received).not.toBeInstanceOf(OrgError);
});

test("every value arrives in one piece, however the bytes are cut", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.jsonValue(), { maxLength: 8 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
      async (values, cuts) => {
        const bytes = new TextEncoder().encode(
          values.map((value) => `\n${toLine(value)}`).join(""),
        );
        const lines = await Array.fromAsync(readLines(cut(bytes, cuts)));
        expect(lines.map(fromLine)).toEqual(values.map((value) => JSON.parse(toLine(value))));
      },
    ),
  );
});

test("half a line at the end is not a line", async () => {
  const bytes = new TextEncoder().encode('{"a":1}\n{"b":');
  expect(await Array.fromAsync(readLines(cut(bytes, [100].values())))).toEqual(['{"a":1}']);
});

function failureIn(line: string): unknown {
  try {
    fromLine(line);
  } catch (error) {
    return error;
  }
  throw new Error("The line carried no failure");
}

async function* cut(bytes: Uint8Array, lengths: Iterator<number>): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; ) {
    const end = start + Number(lengths.next().value);
    yield bytes.slice(start, end);
    start = end;
  }
}
