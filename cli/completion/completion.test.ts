import { describe, expect, test } from "bun:test";
import { COMMANDS, GLOBAL_OPTIONS } from "../command-table.ts";
import { completionScript } from "./script.ts";

/** What a real bash makes of the words of a command line, the last of which is being written. */
function completed(...words: readonly string[]): readonly string[] {
  const given = ["org", ...words].map((word) => `'${word}'`).join(" ");
  const program = `COMP_WORDS=(${given}); COMP_CWORD=${words.length}; COMPREPLY=(); _org; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, exitCode } = Bun.spawnSync(
    ["bash", "--norc", "-c", `${completionScript("bash")}\n${program}`],
    { stdin: "ignore" },
  );
  expect([stderr.toString(), exitCode]).toEqual(["", 0]);
  return stdout.toString().trimEnd().split("\n");
}

describe("in bash", () => {
  test("every command is found", () => {
    expect(completed("")).toEqual(COMMANDS.map(({ name }) => name));
  });

  test.each([
    [["lo"], ["log"]],
    [["--model", "m", "-v", "lo"], ["log"]],
    [["--model", "=", "m", "lo"], ["log"]],
    // The command stands behind an option with its value.
    [["--model", "=", "m", "config", "ge"], ["get"]],
    [["--model", "m", "config", "ge"], ["get"]],
    [["log", "--ex"], ["--export"]],
    [
      ["log", "--export", ""],
      ["md", "json"],
    ],
    [
      ["log", "--export", "="],
      ["md", "json"],
    ],
    [["log", "--export", "=", "j"], ["json"]],
    [["--wire", "a"], ["anthropic"]],
    [["ask", "--wire", "=", "ol"], ["ollama"]],
    [
      ["config", ""],
      ["check", "show", "path", "get", "approve-policy"],
    ],
    [["config", "--json", "g"], ["get"]],
    [["config", "get", ""], [""]],
    [["help", "exi"], ["exit-codes"]],
    [["help", "prom"], ["promote"]],
    [["completion", "f"], ["fish"]],
    // A switch of one command has a value in another.
    [["ask", "--resume", "--js"], ["--json"]],
    [["workflow", "--resume", "run_1", "l"], ["list"]],
    // Free text and files are not for us.
    [["ask", ""], [""]],
    [["ask", "--room", ""], [""]],
    [["forge", "--from", ""], [""]],
  ])("%j becomes %j", (words, expected) => {
    expect(completed(...words)).toEqual(expected);
  });
});

describe.each(["bash", "zsh", "fish"])("the script for %s", (shell) => {
  const script = completionScript(shell);

  test("names every command, every option and every choice", () => {
    const dashes = shell === "fish" ? "-l " : "--";
    for (const { name, options, actions = [] } of COMMANDS) {
      for (const word of [name, ...actions]) expect(script).toContain(word);
      for (const option of [...options, ...GLOBAL_OPTIONS]) {
        expect(script).toContain(`${dashes}${option.name}`);
        if (option.choices !== undefined) expect(script).toContain(option.choices.join(" "));
      }
    }
  });
});

// The other two are not part of what setup.sh installs; where they are installed they are checked, too.
describe("where there are other shells", () => {
  test.if(Bun.which("fish") !== null)("fish completes as bash does", () => {
    for (const [line, word] of [
      ["org lo", "log"],
      ["org --model m config g", "get"],
      ["org log --export j", "json"],
      ["org help exi", "exit-codes"],
    ] as const) {
      const program = `${completionScript("fish")}\ncomplete -C '${line}'`;
      const { stdout } = Bun.spawnSync(["fish", "--no-config", "-c", program]);
      expect(stdout.toString().split(/\s/)).toContain(word);
    }
  });

  test.if(Bun.which("zsh") !== null)("zsh reads the script", () => {
    const { stderr, exitCode } = Bun.spawnSync(["zsh", "-f", "-n", "-c", completionScript("zsh")]);
    expect([stderr.toString(), exitCode]).toEqual(["", 0]);
  });
});

test("another shell is refused with those there are", () => {
  expect(() => completionScript("bahs")).toThrow(
    expect.objectContaining({
      ...{ code: "USAGE", message: 'There is no completion for "bahs"' },
      why: "there is one for bash, zsh, fish",
      remedies: ["org completion bash"],
      unchanged: "Nothing was done.",
    }),
  );
  const remedies = ["bash", "zsh", "fish"].map((shell) => `org completion ${shell}`);
  expect(() => completionScript()).toThrow(
    expect.objectContaining({ message: "Which shell?", remedies }),
  );
});
