import { expect, test } from "bun:test";
import { OrgError } from "#core/errors.ts";
import type { RoomEvent } from "#core/events.ts";
import { openDynamicTools } from "./dynamic-tools.ts";
import type { RoomRegistry } from "./room-options.ts";

const BROKEN = new OrgError("The tools cannot be read", {
  code: "FILE_FAILED",
  why: "the disk says no",
  remedies: ["org tools list"],
});

function wanting(dynamic: RoomRegistry["dynamic"], signal = new AbortController().signal) {
  const events: RoomEvent[] = [];
  const emit = (event: RoomEvent) => Promise.resolve(void events.push(event));
  const registry = { dynamic, list: () => Promise.resolve([]) };
  return { events, opened: openDynamicTools(registry, { about: "trees", signal, emit }) };
}

test("a room without generated tools has no dynamic tools", async () => {
  const emit = () => Promise.reject(new Error("Nothing is to be said"));
  const { signal } = new AbortController();
  expect(await openDynamicTools(undefined, { about: "", signal, emit })).toBeUndefined();
});

test("tools that cannot be read are said, and the turn answers without them", async () => {
  const { events, opened } = wanting(() => Promise.reject(BROKEN));
  expect(await opened).toBeUndefined();
  expect(events).toMatchObject([{ type: "notice", level: "warning", code: "FILE_FAILED" }]);
});

test("what a stop brings about is said by the turn, and a bug by no line here", async () => {
  const stopped = wanting(() => Promise.reject(BROKEN), AbortSignal.abort());
  expect(await stopped.opened).toBeUndefined();
  expect(stopped.events).toEqual([]);
  const bug = new TypeError("undefined is not a function");
  const failed = await wanting(() => Promise.reject(bug)).opened.catch((error) => error);
  expect(failed).toBe(bug);
});
