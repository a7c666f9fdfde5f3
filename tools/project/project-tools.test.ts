import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { decide } from "#core/policy/decide.ts";
import { mayEverRun } from "#core/policy/may-run.ts";
import { DEFAULT_POLICY } from "#core/policy/policy.ts";
import { workspaceAt } from "#platform/workspace.ts";
import { projectCopy } from "../../test/project-copy-fixture.ts";
import { factsOfTool } from "../call-guard.ts";
import { projectTools } from "./project-tools.ts";

const tools = projectTools(workspaceAt("/nowhere"));

test("no tool of a project has to be asked for, also where no one can answer", () => {
  for (const tool of tools) {
    const facts = { tool: tool.name, persona: "agent", ...factsOfTool(tool) };
    const call = { ...facts, arguments: { path: "a" } };
    expect(decide(DEFAULT_POLICY, call, () => undefined).permission).toBe("allow");
    expect(mayEverRun(DEFAULT_POLICY, facts, false)).toBe(true);
  }
});

test("where only reading is allowed, the tools that write do not run", () => {
  const policy = { ...DEFAULT_POLICY, mode: "locked" } as const;
  const allowed = tools.filter((tool) => {
    const call = { tool: tool.name, persona: "agent", ...factsOfTool(tool), arguments: {} };
    return decide(policy, call, () => undefined).permission === "allow";
  });
  expect(allowed.map(({ name }) => name)).toEqual(["read_file", "find"]);
});

test("the four tools take at most 350 tokens of a prompt", () => {
  const text = JSON.stringify(tools.map(({ schema }) => schema));
  // JSON has about four characters a token.
  expect(text.length / 4).toBeLessThan(350);
});

const NAMES = ["a", "b", ".git", ".GIT", "-rf", "a b", "\u202e", "node_modules", "x\ny"] as const;
const PATHS = fc
  .array(fc.constantFrom(...NAMES, "..", "link", "fifo", "up"), { minLength: 1, maxLength: 4 })
  .chain((names) =>
    fc.constantFrom("", "/", "./", "/workspace/").map((root) => root + names.join("/")),
  );
const CALLS = fc.oneof(
  fc.record({ tool: fc.constant("read_file"), path: PATHS }),
  fc.record({ tool: fc.constant("find"), text: fc.constantFrom("secret", "x"), path: PATHS }),
  fc.record({ tool: fc.constant("write_file"), path: PATHS, content: fc.constant("new\n") }),
  fc.record({
    ...{ tool: fc.constant("edit_file"), path: PATHS },
    ...{ search: fc.constantFrom("", "secret", "new"), replace: fc.constant("changed") },
  }),
);

test("no call leaves a hostile copy, changes a .git, or waits", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(PATHS, { maxLength: 4 }),
      fc.array(CALLS, { maxLength: 8 }),
      async (planted, calls) => {
        using copy = projectCopy({
          ...{ ".git/config": "secret of git\n", "a/.git/config": "secret of git\n" },
          ...{ "b/a": "text\n", "../outside": "secret of the host\n" },
        });
        Bun.spawnSync(["mkfifo", join(copy.root, "fifo"), join(copy.root, "b/fifo")]);
        symlinkSync("../outside", join(copy.root, "link"));
        symlinkSync("..", join(copy.root, "up"));
        for (const path of planted) plant(copy.root, path);
        for (const { tool, ...args } of calls) {
          const { output } = await copy.call(tool, args);
          expect(output).not.toContain("secret of");
        }
        expect(readdirSync(dirname(copy.root)).toSorted()).toEqual(["copy", "outside"]);
        expect(copy.text("../outside")).toBe("secret of the host\n");
        for (const path of [".git", "a/.git"]) {
          expect(readdirSync(join(copy.root, path))).toEqual(["config"]);
          expect(readFileSync(join(copy.root, path, "config"), "utf8")).toBe("secret of git\n");
        }
      },
    ),
    { numRuns: 40 },
  );
});

/** Puts a link to the file outside where a path leads, as far as it stays in the copy. */
function plant(root: string, path: string): void {
  const names = path
    .split("/")
    .filter((name) => !["", "..", ".", "workspace", "up", ".git"].includes(name));
  const place = join(root, "b", ...names);
  try {
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(dirname(root), "outside"), place);
  } catch {
    // Another plant is in its way already.
  }
}
