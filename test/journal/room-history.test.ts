import { expect, test } from "bun:test";
import { notice } from "./conformance-bench.ts";
import { judgeRooms } from "./room-history.ts";

function judged(keys: readonly string[], change: Partial<Parameters<typeof judgeRooms>[0]> = {}) {
  const entries = keys.map((key, index) => ({ seq: index + 1, key, at: 0, event: notice(key) }));
  return judgeRooms({
    confirmed: keys.map((key, index) => ({ room: "r", key, seq: index + 1 })),
    tried: new Set(keys),
    rooms: new Map([["r", entries]]),
    ownerOf: (key) => key.charAt(0),
    ...change,
  });
}

const NOTHING = { lost: [], twice: [], invented: [], gaps: [], stale: [] };

test("owners that follow each other are fine, also when the same node comes again under a new name", () => {
  expect(judged([])).toEqual(NOTHING);
  expect(judged(["a1", "a2", "b1", "c1"])).toEqual(NOTHING);
});

test("each fault is found", () => {
  expect(judged(["a1", "b1", "a2"])).toEqual({ ...NOTHING, stale: ["a2"] });
  expect(judged(["a1", "a1"])).toEqual({ ...NOTHING, twice: ["a1"] });
  expect(judged(["a1"], { tried: new Set() })).toEqual({ ...NOTHING, invented: ["a1"] });
  const confirmed = [{ room: "r", key: "a2", seq: 1 }];
  expect(judged(["a1"], { confirmed })).toEqual({ ...NOTHING, lost: ["a2"] });
  const rooms = new Map([["r", [{ seq: 2, key: "a1", at: 0, event: notice("") }]]]);
  expect(judged(["a1"], { rooms, confirmed: [] })).toEqual({ ...NOTHING, gaps: ["r"] });
});
