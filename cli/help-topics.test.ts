import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { VARIABLES } from "./environment-page.ts";
import { helpPage, TOPIC_NAMES } from "./help-topics.ts";

const ROOT = join(import.meta.dir, "..");
/** Where the environment is read. */
const READERS = [
  "main.ts",
  "cli/program.ts",
  "home/settings/settings.ts",
  "home/settings/database-settings.ts",
  "home/settings/engine-settings.ts",
  "home/settings/goal-settings.ts",
  "home/settings/provider-settings.ts",
  "ui/desktop.ts",
];
/** A name of a variable, as a value. */
const NAME =
  /"((?:ORG|OLLAMA|OPENAI|ANTHROPIC)_[A-Z_]+|[A-Z]+_API_KEY)"|(?:env|environment)\["(\w+)"\]|isSet\("(\w+)"\)/g;

describe("org help", () => {
  test("has a page for every topic", async () => {
    for (const name of TOPIC_NAMES)
      expect((await helpPage(name)).split("\n").length).toBeGreaterThan(5);
  });

  test("names what can be typed in a room", async () => {
    expect(await helpPage("room")).toMatch(
      /^The conversation\n {2}\/mode .*\n[\s\S]*\n {2}\/help .*\n[\s\S]*Tab completes/,
    );
  });

  test("names every variable that is read, and no other", async () => {
    const sources = await Promise.all(READERS.map((path) => Bun.file(join(ROOT, path)).text()));
    const read = sources.flatMap((source) =>
      [...source.matchAll(NAME)].map(([, one, two, three]) => one ?? two ?? three ?? ""),
    );
    expect(VARIABLES.map(({ name }) => name).toSorted()).toEqual([...new Set(read)].toSorted());
  });

  test("offers the nearest name for one that there is not", async () => {
    const failure = await helpPage("exitcodes").catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: "USAGE",
      message: 'There is no help on "exitcodes"',
      why: "there is help on the commands, and on exit-codes (what the exit codes mean), environment (the variables that org reads), room (what can be typed in a room), reference (all of this as Markdown)",
      remedies: ["org help exit-codes", "org --help"],
      unchanged: "Nothing was done.",
    });
  });
});
