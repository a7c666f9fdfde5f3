import { expect, test } from "bun:test";
import fc from "fast-check";
import { explain, OrgError } from "#core/errors.ts";
import { eventStream, type ServerEvent } from "../http/event-stream.ts";
import { failureData, readAnswer } from "./owner-wire.ts";

test("a failure arrives as it was sent, and -v shows where it came from", async () => {
  const sent = new OrgError("No such room", {
    code: "ROOM_UNKNOWN",
    why: "it holds 2 rooms",
    remedies: ["org log --list"],
    unchanged: "Nothing was sent.",
  });
  const received = await arrived(sent);
  expect(received).toBeInstanceOf(OrgError);
  expect(explain(received)).toBe(explain(sent));
  expect(explain(received, true)).toContain("in the owner's process: OrgError: No such room");
});

test("a failure without reason and remedies arrives without them", async () => {
  const sent = new OrgError("Busy", { code: "LOCK_HELD", remedies: [] });
  expect(await arrived(sent)).toMatchObject({ code: "LOCK_HELD", why: undefined });
});

test("a bug of the owner is a bug for the one that asked too", async () => {
  const received = await arrived(new TypeError("x is not a function"));
  expect(received).not.toBeInstanceOf(OrgError);
  expect(received).toMatchObject({ message: "x is not a function" });
});

test("a code that only a later version knows becomes a plain error", async () => {
  const sent = new OrgError("New", { code: "USAGE", remedies: [] });
  const received = await arrived(sent, (text) => text.replace("USAGE", "FROM_THE_FUTURE"));
  expect(received).not.toBeInstanceOf(OrgError);
});

test("every item arrives in one piece, however the bytes are cut", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.jsonValue(), { maxLength: 8 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
      async (values, cuts) => {
        const bytes = await bytesOf(values.map((data) => ({ data })));
        const items = await Array.fromAsync(readAnswer(cut(bytes, cuts)));
        expect(items).toEqual(values.map((value) => JSON.parse(JSON.stringify(value))));
      },
    ),
  );
});

test("half an event at the end is not an item", async () => {
  const bytes = new TextEncoder().encode('data: {"a":1}\n\ndata: {"b":2}\n');
  expect(await Array.fromAsync(readAnswer(cut(bytes, [100].values())))).toEqual([{ a: 1 }]);
});

/** What a failure of the owner's is to the one that asked. */
async function arrived(sent: unknown, changed = (text: string) => text): Promise<unknown> {
  const text = new TextDecoder().decode(await bytesOf([], sent));
  const bytes = new TextEncoder().encode(changed(text));
  return await Array.fromAsync(readAnswer(cut(bytes, [bytes.length].values()))).then(
    () => Promise.reject(new Error("The answer carried no failure")),
    (error: unknown) => error,
  );
}

/** An answer on its way: events, and a failure where there is one. */
async function bytesOf(events: readonly ServerEvent[], failure?: unknown): Promise<Uint8Array> {
  const answer = async function* (): AsyncGenerator<ServerEvent> {
    yield* events;
    if (failure !== undefined) throw failure;
  };
  const stop = new AbortController();
  return await eventStream(answer(), { stop, failure: failureData }).bytes();
}

async function* cut(bytes: Uint8Array, lengths: Iterator<number>): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; ) {
    const end = start + Number(lengths.next().value);
    yield bytes.slice(start, end);
    start = end;
  }
}
