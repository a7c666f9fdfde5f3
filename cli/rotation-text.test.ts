import { expect, test } from "bun:test";
import { rotationText } from "./rotation-text.ts";

const plan = {
  rotate: [{ path: "/h/current.ndjson", bytes: 1_572_864 }],
  remove: [
    { path: "/h/current.1.ndjson", bytes: 1023 },
    { path: "/h/current.2.ndjson", bytes: 2 ** 31 },
  ],
  left: [{ path: "/h/current.log", bytes: 2048 }],
};

test("says what would be done, with sizes, and how to do it", () => {
  expect(rotationText({ ...plan, dryRun: true })).toMatchInlineSnapshot(`
    "would rotate   1.5 MiB  /h/current.ndjson
    would remove    1023 B  /h/current.1.ndjson
    would remove   2.0 GiB  /h/current.2.ndjson
    is in use      2.0 KiB  /h/current.log
    2.0 GiB would be freed. Nothing was changed.
    → org log rotate --yes
    "
  `);
});

test("says what was done", () => {
  expect(rotationText({ ...plan, left: [], dryRun: false })).toMatchInlineSnapshot(`
    "rotated        1.5 MiB  /h/current.ndjson
    removed         1023 B  /h/current.1.ndjson
    removed        2.0 GiB  /h/current.2.ndjson
    2.0 GiB were freed.
    "
  `);
  const nothing = { rotate: [], remove: [], left: [], dryRun: false };
  expect(rotationText(nothing)).toBe("There is nothing to rotate.\n");
});
