import { expect, test } from "bun:test";
import { PackedIds } from "./packed-ids.ts";

test("ids come out in the order in which they were added", () => {
  const ids = new PackedIds();
  expect([...ids]).toEqual([]);
  const wanted = Array.from({ length: 1000 }, (_, index) => index.toString(16).padStart(40, "0"));
  for (const id of wanted) ids.add(id);
  expect([...ids]).toEqual(wanted);
});
