import { expect, test } from "bun:test";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { processTable } from "./processes-text.ts";

const cleaner = new TextCleaner();

test("a table of what runs, with what it has started below it", () => {
  const about = { state: "S", startedAt: 0, children: [] };
  const processes = [
    {
      ...{ ...about, role: "current", pid: 12, port: 7001, what: "main at 3fa19c02" },
      children: [{ pid: 345, name: "sl\u001b[31meep\nx" }],
    },
    { ...about, role: "room", pid: 6789, state: "T", what: "org chat" },
  ];
  expect(processTable(processes, { nowMs: 90_000, cleaner })).toMatchInlineSnapshot(`
    "WHO      PID   UP   STATE    PORT  WHAT
    current  12    1 m  running  7001  main at 3fa19c02
             345                       └ sleep x
    room     6789  1 m  stopped  -     org chat
    "
  `);
  expect(processTable([], { nowMs: 0, cleaner })).toBe("");
});
