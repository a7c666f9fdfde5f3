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
  const small = { path: "/h/a", bytes: 1024 };
  const sizes = [0, 1, 1023, 1024, 2 ** 20 - 2 ** 10, 2 ** 20, 2 ** 30 - 1, 2 ** 30, 2 ** 40];
  const remove = sizes.map((bytes) => ({ ...small, bytes }));
  const lines = rotationText({ dryRun: false, rotate: [], remove, left: [] }).split("\n");
  expect(lines.map((line) => line.slice(13, -6).trim()).slice(0, sizes.length)).toEqual([
    ...["0 B", "1 B", "1023 B", "1.0 KiB", "1023.0 KiB", "1.0 MiB", "1024.0 MiB"],
    ...["1.0 GiB", "1024.0 GiB"],
  ]);
  const one = rotationText({ dryRun: false, rotate: [small], remove: [], left: [] });
  expect(one).toBe("rotated        1.0 KiB  /h/a\n0 B were freed.\n");
  const nothing = { rotate: [], remove: [], left: [], dryRun: false };
  expect(rotationText(nothing)).toBe("There is nothing to rotate.\n");
});
