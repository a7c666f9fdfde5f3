import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Glob } from "bun";
import { App } from "#app/app.ts";
import { OrgError } from "#core/errors.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { readSettings } from "#home/settings/settings.ts";
import { desktopOf } from "#ui/desktop.ts";
import { parseCommandLine } from "./command-line.ts";
import { COMMANDS } from "./command-table.ts";
import type { CommandContext } from "./context.ts";
import { later } from "./later.ts";

const FOLDER = join(import.meta.dir, "commands");
const files = [...new Glob("*.ts").scanSync(FOLDER)].filter((name) => !name.endsWith(".test.ts"));

test("every file of the folder is the command of its name", () => {
  const names = files.map((name) => name.replace(/\.ts$/, "")).sort();
  expect(COMMANDS.map(({ name }) => name).sort()).toEqual(names);
});

test("no two commands have the same place in the list", () => {
  expect(new Set(COMMANDS.map(({ helpOrder: place }) => place)).size).toBe(COMMANDS.length);
});

test("the commands stand in the order of their places", () => {
  const places = COMMANDS.map(({ helpOrder: place }) => place);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

/** Of these the usage shows fewer: free text, several roles, or an operand too many that they explain themselves. */
const TAKES_MORE: Readonly<Record<string, number>> = {
  ...{ memory: 1000, sandbox: Number.POSITIVE_INFINITY, worker: 3 },
  ...{ jobs: 3, rules: 3, workflow: 3 },
};

test.each(COMMANDS.map((command) => [command.name, command] as const))(
  "org %s takes as many operands as its usage shows",
  (name, { operands = "", maxOperands = 0 }) => {
    const ways = operands.replaceAll(/[[\]]/g, "").split("|");
    const most = Math.max(...ways.map((way) => way.split(/\s+/).filter(Boolean).length));
    expect(maxOperands).toBe(TAKES_MORE[name] ?? most);
  },
);

test("every function that a command runs later is exported by its file", async () => {
  const missing: string[] = [];
  let [found, called] = [0, 0];
  for (const name of files) {
    const source = await Bun.file(join(FOLDER, name)).text();
    called += source.split("later(").length - 1;
    for (const [, file = "", run = file] of source.matchAll(
      /later\("([^"]+)"(?:, "([^"]+)")?\)/g,
    )) {
      found += 1;
      const program = await Bun.file(join(import.meta.dir, "programs", `${file}.ts`)).text();
      const isThere = new RegExp(`^export (?:async )?function ${run}\\(`, "m").test(program);
      if (!isThere) missing.push(`${name}: ${file}.ts has no ${run}`);
    }
  }
  expect(missing).toEqual([]);
  // One whose name cannot be read names no file.
  expect(found).toBe(called);
  expect(found).toBeGreaterThan(40);
});

/** What a command prints that is the same in every home. */
async function pageOf(...args: readonly string[]): Promise<string> {
  const line = parseCommandLine(args);
  const command = COMMANDS.find(({ name }) => name === line.command.name);
  if (command === undefined || !("page" in command)) throw new Error(`${args[0]} prints no page`);
  return await command.page(line);
}

test("help without a name lists every command, with a name it shows that one", async () => {
  const page = await pageOf("help");
  for (const { name, summary } of COMMANDS)
    expect(page).toMatch(new RegExp(`^  ${name} +${RegExp.escape(summary)}$`, "m"));
  expect(page).toContain("Usage: org [COMMAND] [OPTIONS]");
  expect(await pageOf("help", "init")).toContain("Usage: org init [OPTIONS]");
});

test("completion prints the script of a shell, and refuses another one", async () => {
  expect(await pageOf("completion", "bash")).toContain("complete ");
  expect(() => parseCommandLine(["completion", "tcsh"])).toThrow(OrgError);
});

/** What main.ts hands to a command, for a home of its own. */
function contextIn(home: string, printed: string[], args: readonly string[]): CommandContext {
  const print = (text: string): void => void printed.push(text);
  const settings = readSettings({ flags: new Map(), env: {}, defaultHome: home });
  return {
    app: new App({ settings }),
    line: parseCommandLine(args),
    settings,
    cleaner: new TextCleaner(),
    output: { write: print, say: print, live: false },
    signal: new AbortController().signal,
    leave: () => undefined,
    screen: {
      ...{ isTyped: false, term: undefined, locale: undefined, colour: false },
      ...{ accessible: false, desktop: desktopOf({}) },
    },
    environment: {},
  };
}

test("a command that is loaded later gets the context, and its exit code is handed on", async () => {
  const home = mkdtempSync(join(tmpdir(), "org-later-"));
  try {
    const printed: string[] = [];
    expect(await later("init")(contextIn(home, printed, ["init"]))).toBe(0);
    expect(printed.join("")).toContain(join(home, "org.config"));
    expect(await Bun.file(join(home, "org.config")).exists()).toBe(true);
    const missing = Promise.resolve(later("init", "nothing")(contextIn(home, [], ["init"])));
    await expect(missing).rejects.toThrow('exports no function "nothing"');
  } finally {
    rmSync(home, { recursive: true });
  }
});

// Scripts and the completion of a shell rely on them: a word that is gone is a break.
test("the actions of each command are these", () => {
  const words = COMMANDS.flatMap(({ name, actions }) =>
    actions ? [[name, actions.join(" ")]] : [],
  );
  expect(Object.fromEntries(words)).toMatchInlineSnapshot(`
    {
      "auto": "status on stop off burst",
      "backup": "list now verify restore",
      "browser": "install status files release drop",
      "cand": "list show start rm",
      "completion": "bash zsh fish",
      "config": "check show path get approve-policy",
      "db": "check init copy",
      "debug": "extract search",
      "digest": "show now",
      "engine": "install status remove",
      "fitness": "drill add-case",
      "fixes": "list show approve reject resume report",
      "goal": "list show stop",
      "jobs": "list show cancel requeue resume",
      "lease": "list grant revoke",
      "log": "rotate",
      "mcp": "list approve diff enable disable reload",
      "memory": "list search add show forget trust review import export reindex verify",
      "models": "list table pull show forget",
      "project": "status diff undo checks critic cand promote rollback rebase try",
      "restart": "current candidate",
      "rules": "list show forget off on",
      "sandbox": "run",
      "stop": "current candidate room engine embeddings promotion supervisor autonomy",
      "tasks": "list run",
      "token": "list create revoke",
      "tools": "list search show disable enable retire proposals pull push",
      "ui": "sign-out",
      "workflow": "run check list show",
    }
  `);
});

test("the choices of each option are these", () => {
  const words = COMMANDS.flatMap(({ name, options = [] }) =>
    options.flatMap((one) =>
      one.choices ? [[`${name} --${one.name}`, one.choices.join(" ")]] : [],
    ),
  );
  expect(Object.fromEntries(words)).toMatchInlineSnapshot(`
    {
      "engine --model": "chat work",
      "forge --lang": "ts python",
      "jobs --state": "queued running done dead cancelled",
      "log --export": "md json",
      "memory --kind": "fact procedure insight",
      "project --better": "smaller larger",
      "project --critic": "on off",
      "project --hooks": "on off",
      "serve --generation": "current candidate",
      "token --scope": "read run admin",
    }
  `);
});

test("the help of every command shows an example", () => {
  const without = COMMANDS.filter(({ examples = [] }) => examples.length === 0);
  expect(without.map(({ name }) => name)).toEqual([]);
});
