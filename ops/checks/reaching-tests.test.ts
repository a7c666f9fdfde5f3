import { expect, test } from "bun:test";
import { edgesOf } from "../import-rules.ts";
import { lateEdges, type Sources, suites, unitTests } from "./reaching-tests.ts";

const FILES = {
  "app/jobs.ts": "",
  "app/room.ts": 'import { a } from "./jobs.ts";\n',
  "app/jobs.test.ts": 'import { a } from "./jobs.ts";\n',
  "app/dear.test.ts": 'import { a } from "./jobs.ts";\n',
  "app/room.test.ts": 'import { a } from "./room.ts";\n',
  "app/other.test.ts": "",
  "cli/command-table.ts": "",
  "cli/commands/talk.ts": 'export const run = later("talk-program");\n',
  "cli/programs/talk-program.ts": 'import { a } from "#app/room.ts";\n',
  "test/helper.ts": 'home.run(["talk"]);\n',
  "test/talks.e2e.test.ts": 'import { b } from "./helper.ts";\n',
  "test/job.e2e.test.ts": "",
  "test/other.e2e.test.ts": "",
};

function sources(costs: Sources["costs"] = {}): Sources {
  const texts = new Map(Object.entries(FILES));
  const edges = [...texts].flatMap(([path, text]) => edgesOf(path, text));
  return { edges: [...edges, ...lateEdges(texts)], texts, costs };
}

test("unit tests that import a file come first, the cheapest of them before the others", () => {
  const found = unitTests("app/jobs.ts", sources({ "app/dear.test.ts": 900 }));
  expect(found).toEqual(["app/jobs.test.ts", "app/dear.test.ts", "app/room.test.ts"]);
});

test("a program is reached through the table of commands, though no import names it", () => {
  const { edges } = sources();
  const ways = edges.filter(({ to }) => to.startsWith("cli/")).map(({ from, to }) => [from, to]);
  expect(ways).toEqual([
    ["cli/command-table.ts", "cli/commands/talk.ts"],
    ["cli/commands/talk.ts", "cli/programs/talk-program.ts"],
  ]);
});

test("suites are chosen by the words of a file, and by the command that needs it, which a helper may start", () => {
  expect(suites("app/jobs.ts", sources())).toEqual([
    "test/job.e2e.test.ts",
    "test/talks.e2e.test.ts",
  ]);
  expect(suites("app/alone.ts", sources())).toEqual([]);
});
