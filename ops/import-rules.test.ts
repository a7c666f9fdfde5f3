import { describe, expect, test } from "bun:test";
import {
  cycles,
  drawMap,
  type Edge,
  edgesOf,
  folderCycleArrows,
  folderCycleProblems,
  hasImportRules,
  ownNames,
  violations,
  withMap,
} from "./import-rules.ts";

/** Edges of small files, given as path and source. */
function edges(files: Readonly<Record<string, string>>): readonly Edge[] {
  return Object.entries(files).flatMap(([path, source]) => edgesOf(path, source));
}

const targets = (source: string): readonly string[] =>
  edgesOf("room/room.ts", source).map(({ to }) => to);

describe("reading imports", () => {
  test("sees value, type, side-effect, re-exporting and dynamic imports", () => {
    const source = [
      'import { a } from "#core/a.ts";',
      'import type { B } from "#core/b.ts";',
      'import { c, type D } from "./c.ts";',
      'import "#core/effect.ts";',
      'export { e } from "#core/e.ts";',
      'export const f = await import("#core/f.ts");',
      'let g: import("#core/g.ts").G;',
    ].join("\n");
    expect(targets(source)).toEqual([
      "core/a.ts",
      "core/b.ts",
      "room/c.ts",
      "core/effect.ts",
      "core/e.ts",
      "core/f.ts",
      "core/g.ts",
    ]);
  });

  test("sees an import that is spread over several lines", () => {
    expect(targets('import {\n  one,\n  type Two,\n} from "../chat.ts";')).toEqual(["chat.ts"]);
  });

  test("leaves packages, built-ins, data and mere mentions alone", () => {
    const source = [
      'import { version } from "./package.json";',
      'import { z } from "zod";',
      'import { readFile } from "node:fs/promises";',
      "// taken from the example",
      'export function name(): string {\n  return `import it from "#core/a.ts"`;\n}',
    ].join("\n");
    expect(targets(source)).toEqual([]);
  });

  test("judges sources of ours, not tests and not what models wrote", () => {
    expect(hasImportRules("room/room.ts")).toBe(true);
    expect(hasImportRules("room/room.test.ts")).toBe(false);
    expect(hasImportRules("test/setup.ts")).toBe(false);
    expect(hasImportRules("tools/generated/x/tool.ts")).toBe(false);
  });
});

describe("the table", () => {
  test.each([
    ["core/a.ts", "#platform/b.ts"],
    ["room/a.ts", "#platform/b.ts"],
    ["tools/a.ts", "#models/b.ts"],
    ["fitness/a.ts", "#tools/registry.ts"],
    ["tools/registry.ts", "#tools/generated/x/tool.ts"],
    ["main.ts", "./tools/generated/x/tool.ts"],
    ["ui/a.ts", "#models/b.ts"],
    ["server/a.ts", "#test/b.ts"],
    ["server/a.ts", "#ui/style.ts"],
    ["server/a.ts", "#app/app.ts"],
    ["room/a.ts", "#memory/open-memory.ts"],
    ["main.ts", "#app/app.ts"],
    ["main.ts", "#ui/screen.ts"],
    ["cli/commands/a.ts", "#app/app.ts"],
    ["cli/completion/a.ts", "#ui/style.ts"],
    ["cli/a.ts", "#fitness/oracle/oracle.ts"],
    ["cli/a.ts", "#server/api/routes.ts"],
  ])("%s must not import %s", (from, specifier) => {
    expect(violations(edges({ [from]: `import { x } from "${specifier}";` }))).toHaveLength(1);
  });

  test.each([
    ["main.ts", "#cli/program.ts"],
    ["cli/programs/a.ts", "#app/app.ts"],
    ["cli/commands/a.ts", "../later.ts"],
    ["cli/a.ts", "#server/jobs/job-text.ts"],
    ["fitness/a.ts", "#tools/tool.ts"],
    ["room/a.ts", "../chat.ts"],
    ["core/a.ts", "./b.ts"],
    ["ops/gate/a.ts", "../promotion/b.ts"],
    ["ops/a.ts", "#platform/b.ts"],
  ])("%s may import %s", (from, specifier) => {
    expect(violations(edges({ [from]: `import { x } from "${specifier}";` }))).toEqual([]);
  });

  test("a violation says who, what, and what would be allowed", () => {
    expect(violations(edges({ "core/a.ts": 'import type { B } from "#room/b.ts";' }))).toEqual([
      "core/a.ts must not import room/b.ts: core may import nothing of ours",
    ]);
  });

  test("a relative path into another folder is refused even where the folder is allowed", () => {
    expect(violations(edges({ "room/a.ts": 'import { b } from "../core/b.ts";' }))).toEqual([
      'room/a.ts must import core/b.ts as "#core/b.ts": it lies in another folder',
    ]);
  });
});

describe("the way a path is written", () => {
  test("a folder that names itself with # is told the relative path", () => {
    const named = { "ops/gate/a.ts": 'import { b } from "#ops/promotion/b.ts";' };
    expect(violations(edges(named))).toEqual([
      'ops/gate/a.ts must import ops/promotion/b.ts as "../promotion/b.ts": it lies in the same folder',
    ]);
    expect(ownNames(edges({ "core/a.ts": 'import { b } from "#core/b.ts";' }))).toEqual([
      'core/a.ts must import core/b.ts as "./b.ts": it lies in the same folder',
    ]);
  });

  test("a folder may name another one with #", () => {
    expect(ownNames(edges({ "room/a.test.ts": 'import { b } from "#core/b.ts";' }))).toEqual([]);
  });
});

describe("cycles", () => {
  test("a cycle is named file by file, also when only types close it", () => {
    const files = {
      "core/a.ts": 'import { b } from "./b.ts";',
      "core/b.ts": 'import { c } from "./c.ts";',
      "core/c.ts": 'import type { A } from "./a.ts";',
    };
    expect(cycles(edges(files))).toEqual(["core/a.ts → core/b.ts → core/c.ts → core/a.ts"]);
  });

  test("two ways to the same file are not a cycle", () => {
    const files = {
      "core/a.ts": 'import { b } from "./b.ts";\nimport { c } from "./c.ts";',
      "core/b.ts": 'import { d } from "./d.ts";',
      "core/c.ts": 'import { d } from "./d.ts";',
    };
    expect(cycles(edges(files))).toEqual([]);
  });
});

describe("cycles of folders", () => {
  const there = { "server/api/a.ts": 'import { b } from "../openai/b.ts";' };
  const back = { "server/openai/c.ts": 'import { d } from "../api/deep/d.ts";' };

  test("two folders whose files use each other are one, though no file is on a cycle", () => {
    const both = edges({ ...there, ...back });
    expect(cycles(both)).toEqual([]);
    expect(folderCycleArrows(both)).toEqual([
      "server/api → server/openai",
      "server/openai → server/api",
    ]);
    expect(folderCycleArrows(edges(there))).toEqual([]);
  });

  test("a folder and the files above it are one, what lies deeper belongs to its folder", () => {
    const above = {
      "core/lease.ts": 'import { a } from "./policy/a.ts";',
      "core/policy/deep/b.ts": 'import { c } from "../../c.ts";',
    };
    expect(folderCycleArrows(edges(above))).toEqual(["core → core/policy", "core/policy → core"]);
  });

  test("an arrow that only leads to a cycle is not on it", () => {
    const lead = { "ui/x.ts": 'import { a } from "#server/api/a.ts";' };
    expect(folderCycleArrows(edges({ ...lead, ...there, ...back }))).toHaveLength(2);
  });

  test("each arrow of one is refused", () => {
    expect(folderCycleProblems(edges({ ...there, ...back }))).toEqual([
      "Cycle of folders: server/api → server/openai",
      "Cycle of folders: server/openai → server/api",
    ]);
    expect(folderCycleProblems(edges(there))).toEqual([]);
  });
});

describe("the map", () => {
  const map = drawMap(
    edges({
      "room/a.ts": 'import { x } from "#core/x.ts";\nimport { y } from "#core/y.ts";',
      "room/b.ts": 'import { a } from "./a.ts";\nimport { chat } from "../chat.ts";',
    }),
  );

  test("has one arrow for all imports between two folders and none within one", () => {
    expect(map).toMatchInlineSnapshot(`
      "\`\`\`mermaid
      graph TD
        room --> chat.ts
        room --> core
      \`\`\`"
    `);
  });

  test("goes between its markers and leaves the prose alone", () => {
    const document = "before\n<!-- map:start x -->\nstale\n<!-- map:end -->\nafter\n";
    const fresh = withMap(document, map);
    expect(fresh).toStartWith("before\n<!-- map:start x -->\n```mermaid");
    expect(fresh).toEndWith("```\n<!-- map:end -->\nafter\n");
    expect(withMap(fresh, map)).toBe(fresh);
  });

  test("a document without markers is refused", () => {
    expect(() => withMap("prose", map)).toThrow("map:start");
  });
});
