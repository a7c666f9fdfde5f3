import { describe, expect, test } from "bun:test";
import { parseCommandLine } from "./command-line.ts";
import { COMMANDS, GLOBAL_OPTIONS } from "./command-table.ts";
import { commandHelp, exitCodes, overview } from "./help.ts";

const parsed = (...args: string[]) => {
  const { command, operands, options } = parseCommandLine(args);
  return [command.name, operands, Object.fromEntries(options)];
};

describe("the command line", () => {
  test("no command opens the room", () => {
    expect(parsed()).toEqual(["chat", [], {}]);
    expect(parsed("--resume", "--model=m:1b")).toEqual(["chat", [], { resume: "", model: "m:1b" }]);
  });

  test("no command asks when something is piped in, except for the room as plain text", () => {
    expect(parseCommandLine(["--json"], true).command.name).toBe("ask");
    expect(parseCommandLine([], true).command.name).toBe("ask");
    expect(parseCommandLine(["--plain"], true).command.name).toBe("chat");
    expect(parseCommandLine(["log"], true).command.name).toBe("log");
  });

  test("options of every command may stand before it", () => {
    expect(parsed("--model", "m", "-v", "ask", "hi")).toEqual([
      "ask",
      ["hi"],
      { model: "m", verbose: "" },
    ]);
    expect(parsed("--base=http://x", "log", "--list")).toEqual([
      "log",
      [],
      { base: "http://x", list: "" },
    ]);
  });

  test("-p asks once", () => {
    expect(parsed("-p", "hi there")).toEqual(["ask", ["hi there"], {}]);
  });

  test("values come behind = or as the next word, and may hold =", () => {
    expect(parsed("ask", "--base", "http://x/?a=b", "hi")).toEqual([
      "ask",
      ["hi"],
      { base: "http://x/?a=b" },
    ]);
    expect(parsed("ask", "--base=http://x/?a=b")).toEqual(["ask", [], { base: "http://x/?a=b" }]);
  });

  test("an option that may be repeated keeps every value", () => {
    const { repeated, operands } = parseCommandLine([
      "sandbox",
      "run",
      "--ro",
      "a=/a",
      "--ro=b=/b",
      "--",
      "ls",
      "--ro",
      "c",
    ]);
    expect(repeated.get("ro")).toEqual(["a=/a", "b=/b"]);
    expect(operands).toEqual(["run", "ls", "--ro", "c"]);
  });

  test("a first operand may be any text where its place says so", () => {
    expect(parsed("fitness", "cand/x")).toEqual(["fitness", ["cand/x"], {}]);
    expect(parsed("log", "2026-01-02-0304-3fa19c02")[0]).toBe("log");
  });

  test("what stands behind -- is text", () => {
    expect(parsed("ask", "--", "--help")).toEqual(["ask", ["--help"], {}]);
    expect(parsed("ask", "-")).toEqual(["ask", ["-"], {}]);
  });

  test("an option that resembles none is not said to be meant as another one", () => {
    const why = "put -- before a text that begins with -";
    expect(() => parseCommandLine(["ask", "--bogus"])).toThrow(expect.objectContaining({ why }));
    expect(() => parseCommandLine(["ask", "--modle"])).toThrow(
      expect.objectContaining({ why: expect.stringContaining("did you mean --mode") }),
    );
  });

  test.each([
    [["aks", "hi"], 'There is no command "aks"', "org ask"],
    [["ask", "--jsno"], 'org ask has no option "--jsno"', "org help ask"],
    [
      ["ask", "three", "little", "words"],
      'Unexpected argument "words" for org ask',
      "org help ask",
    ],
    [["ask", "--room"], "The option --room needs a ID", "org help ask"],
    [["ask", "--json=yes"], "The option --json takes no value", "org help ask"],
    [
      ["log", "--export", "pdf"],
      'The option --export is one of md, json, not "pdf"',
      "org help log",
    ],
    [["models", "pul", "m"], 'org models: unknown action "pul"', "org models pull"],
    [["sandbox", "rnu", "--", "ls"], 'org sandbox: unknown action "rnu"', "org sandbox run"],
  ])("%j is refused with what to do", (args, message, remedy) => {
    expect(() => parseCommandLine(args)).toThrow(
      expect.objectContaining({
        code: "USAGE",
        message,
        remedies: expect.arrayContaining([remedy]),
        unchanged: expect.stringMatching(/^Nothing was (?:done|changed)\.$/),
      }),
    );
  });

  test("a refusal says how many arguments there may be, and which commands there are", () => {
    expect(() => parseCommandLine(["version", "now"])).toThrow(
      expect.objectContaining({
        message: 'Unexpected argument "now" for org version',
        why: "it takes none; a text with spaces needs quotes",
        remedies: ["org help version"],
      }),
    );
    expect(() => parseCommandLine(["ask", "a", "b", "c"])).toThrow(
      expect.objectContaining({ why: "it takes at most 2; a text with spaces needs quotes" }),
    );
    expect(() => parseCommandLine(["zzzzzzzzz"])).toThrow(
      expect.objectContaining({
        why: `the commands are ${COMMANDS.map(({ name }) => name).join(", ")}`,
        remedies: ['org ask "zzzzzzzzz"', "org --help"],
      }),
    );
    expect(() => parseCommandLine(["ask", "--room="])).toThrow("The option --room needs a ID");
  });
});

describe("help", () => {
  test("names every command once, in columns that begin at one place", () => {
    const rows = overview()
      .split("\n")
      .filter((row) => /^ {2}[a-z]/.test(row));
    expect(rows.map((row) => row.trim().split(" ")[0]).toSorted()).toEqual(
      COMMANDS.map(({ name }) => name).toSorted(),
    );
    expect(new Set(rows.map((row) => row.search(/(?<= {2})\S(?!.* {2})/))).size).toBe(1);
  });

  test("is set apart by empty lines, a group of commands by a title above it, and ends its last line", () => {
    const blocks = overview().split("\n\n");
    const titled = blocks.filter((block) => /^[A-Z].*:\n {2}[a-z]/.test(block));
    const names = titled.map((block) => block.split(":")[0]);
    for (const title of [
      "Talk and work",
      "Tools that models build",
      "Candidates, the gate and main",
    ]) {
      expect(names).toContain(title);
    }
    for (const page of [overview(), exitCodes(), ...COMMANDS.map(commandHelp)]) {
      expect(page).toMatch(/[^\n]\n$/);
    }
  });

  test("names every option there is", () => {
    for (const command of COMMANDS) {
      for (const { name } of [...command.options, ...GLOBAL_OPTIONS]) {
        expect(commandHelp(command)).toContain(`--${name}`);
      }
    }
  });

  test("shows only examples that the parser takes", () => {
    for (const example of COMMANDS.flatMap((command) => command.examples)) {
      const words = example.replace(/^.*\borg\b ?/, "").replace(/ [<>] .*$/, "");
      const args = words.match(/"[^"]*"|\S+/g)?.map((word) => word.replaceAll('"', "")) ?? [];
      expect(() => parseCommandLine(args)).not.toThrow();
    }
  });

  test("names the words of a command in its usage line", () => {
    for (const { name, operands = "", actions = [] } of COMMANDS) {
      const words = operands.replaceAll(/[[\]]/g, "").split(" | ");
      const named = words
        .map((word) => word.split(" ")[0] ?? "")
        .filter((word) => /^[a-z]/.test(word));
      expect([name, actions]).toEqual([name, named]);
    }
  });

  test("lists the exit codes in the order of their numbers", () => {
    const codes = [...exitCodes().matchAll(/^ {2}(\d+)/gm)].map(([, code]) => Number(code));
    expect(codes).toEqual(codes.toSorted((a, b) => a - b));
    expect(codes.length).toBe(15);
  });
});
