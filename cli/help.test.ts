import { expect, test } from "bun:test";
import { COMMANDS, GLOBAL_OPTIONS } from "./command-table.ts";
import { environmentPage } from "./environment-page.ts";
import { columns, commandHelp, exitCodes, overview } from "./help.ts";

const COMMON = commandHelp({ name: "x", summary: "x", options: [], examples: [] })
  .split("Options of every command:\n")[1]
  ?.split("\n\nExamples:")[0];

test("the page of a command has its usage, details, options and examples, in this order", () => {
  const page = commandHelp({
    ...{ name: "mend", summary: "mend a file", operands: "FILE", details: ["Slowly.", "Well."] },
    options: [
      { name: "to", short: "t", value: "DIR", summary: "where to" },
      { name: "all", summary: "everything" },
    ],
    examples: ["org mend a", "org mend b"],
  });
  expect(page).toBe(`org mend: mend a file.

Usage: org mend [OPTIONS] FILE

Slowly.
Well.

Options:
  -t, --to DIR  where to
  --all         everything

Options of every command:
${COMMON}

Examples:
  org mend a
  org mend b
`);
});

test("a command without options, operands and details has no part about them", () => {
  const page = commandHelp({ name: "rest", summary: "do nothing", options: [], examples: [] });
  expect(page).toStartWith(
    "org rest: do nothing.\n\nUsage: org rest [OPTIONS]\n\nOptions of every command:\n",
  );
  expect(COMMON?.split("\n").map((row) => row.slice(2).split(/ {2,}/))).toEqual(
    GLOBAL_OPTIONS.map(({ name, short, value, summary }) => [
      `${short ? `-${short}, ` : ""}--${name}${value ? ` ${value}` : ""}`,
      summary,
    ]),
  );
});

test("the first page tells what org is, its commands by what they are for, and where more stands", () => {
  const page = overview();
  expect(page).toStartWith(
    "org: a chat room for language models that run tools in a sandbox and work on a copy of your repository.\n\nUsage: org [COMMAND] [OPTIONS]\n\nTalk and work:\n  chat ",
  );
  expect(page).toEndWith(
    `\n\nOptions of every command:\n${COMMON}\n\n\`org help COMMAND\` shows the options and examples of one command;\n\`org help exit-codes\`, \`environment\`, \`room\` and \`reference\` explain the rest.\n`,
  );
  const titles = [...page.matchAll(/^([A-Z][^:\n]*):\n/gm)].map(([, title]) => title);
  expect(titles).toEqual([
    ...["Talk and work", "Tools that models build", "Candidates, the gate and main", "Models"],
    ...["What the home keeps", "Serve, connect, and work in the background", "Permissions"],
    ...["Operate", "Set up and look around", "Options of every command"],
  ]);
});

test("a first column is as wide as its widest cell, or as what is asked for", () => {
  const rows = [
    ["a", "one"],
    ["bcd", "two"],
  ] as const;
  expect(columns(rows)).toEqual(["  a    one", "  bcd  two"]);
  expect(columns(rows, 4)).toEqual(["  a     one", "  bcd   two"]);
});

test("the exit codes stand with their meanings", () => {
  expect(exitCodes()).toMatchInlineSnapshot(`
    "Exit codes:
      0    done
      1    the command failed
      64   the command line is wrong
      65   the input is invalid
      66   the input does not exist
      69   the model server cannot be reached, or does not have the model
      70   a bug of org
      73   a file cannot be created
      74   a file cannot be read or written
      75   busy: try again
      77   not allowed
      78   the configuration is wrong
      124  timed out
      130  interrupted (Ctrl-C)
      143  terminated (SIGTERM)
    "
  `);
});

test("the page of the environment says what goes before what", () => {
  const [first, ...rows] = environmentPage().split("\n");
  expect(first).toBe(
    "Environment variables. A flag overrides a variable; a variable overrides ORG_HOME/org.config.",
  );
  expect(rows.at(-1)).toBe("");
  expect(rows.at(-2)).toMatch(/^ {2}DISPLAY +set on a desktop: \/copy goes through xclip$/);
});

test("these options may be given more than once", () => {
  const repeatable = COMMANDS.flatMap(({ name, options }) =>
    options.filter((one) => one.repeatable).map((one) => `${name} --${one.name}`),
  );
  expect(repeatable.sort()).toMatchInlineSnapshot(`
    [
      "exec --var",
      "project --set",
      "sandbox --net",
      "sandbox --ro",
    ]
  `);
});
