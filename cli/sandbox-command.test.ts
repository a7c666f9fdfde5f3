import { describe, expect, test } from "bun:test";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { POLICIES, type SandboxPolicy } from "#platform/sandbox/policy.ts";
import type { SandboxResult } from "#platform/sandbox/result.ts";
import { capturedOutput } from "#test/captured-output.ts";
import { parseCommandLine } from "./command-line.ts";
import { runSandboxCommand, type SandboxCommand } from "./sandbox-command.ts";

const { signal } = new AbortController();

const DONE: SandboxResult = {
  ...{ exit: 0, signal: null, stdout: "", stderr: "", killed: null },
  ...{ wallMs: 3, cpuMs: 2, peakBytes: 0, truncated: { stdout: false, stderr: false } },
};

/** Types `org sandbox …` where the sandbox ends like this. */
async function sandbox(args: readonly string[], result: Partial<SandboxResult> = {}) {
  const output = capturedOutput();
  const seen: { command: readonly string[]; policy: SandboxPolicy }[] = [];
  const run: SandboxCommand["run"] = async (command, policy, { onOutput }) => {
    seen.push({ command, policy });
    onOutput?.("stdout", "the key is swordfish-1\n");
    onOutput?.("stderr", "careful\u001b[31m\n");
    return { ...DONE, ...result };
  };
  const cleaner = new TextCleaner(["swordfish-1"]);
  const line = parseCommandLine(["sandbox", ...args]);
  const exit = await runSandboxCommand(line, { run, stdin: undefined, output, cleaner, signal });
  return { exit, seen, stdout: output.stdout, stderr: output.stderr };
}

const REMEDIES: Readonly<Record<string, string>> = {
  "--cpu": "org sandbox run --cpu 10 -- COMMAND",
  "--wall": "org sandbox run --wall 10 -- COMMAND",
  "--memory": "org sandbox run --memory 268435456 -- COMMAND",
  "--ro": "org sandbox run --ro data.csv=/work/data.csv -- COMMAND",
};

describe("org sandbox run", () => {
  test("runs the command under the policy of sh, and shows what it prints without secrets", async () => {
    const { exit, seen, stdout, stderr } = await sandbox(["run", "--", "cat", "key"]);
    expect(seen).toEqual([{ command: ["cat", "key"], policy: POLICIES.sh }]);
    expect(stdout).not.toContain("swordfish");
    expect(stdout).toStartWith("the key is ");
    expect(stderr).toBe("careful\n");
    expect(exit).toBe(0);
  });

  test("changes of the policy what the options say", async () => {
    const options = ["--cpu", "1.5", "--wall", "20", "--memory", "1000000", "--net", "example.org"];
    const shown = ["--ro", `${import.meta.path}=/work/test.ts`];
    const { seen } = await sandbox(["run", ...options, ...shown, "--", "ls"]);
    expect(seen[0]?.policy).toEqual({
      ...POLICIES.sh,
      ...{
        cpuMs: 1500,
        wallMs: 20_000,
        memoryBytes: 1_000_000,
        network: { hosts: ["example.org"] },
      },
      readOnly: [{ from: import.meta.path, to: "/work/test.ts" }],
    });
  });

  test.each([
    [{ exit: 3 }, 3, ""],
    [{ exit: null, killed: "wall" }, 124, "stopped by the time limit; --wall S raises it"],
    [{ exit: null, killed: "cpu" }, 124, "stopped by the CPU time limit; --cpu S raises it"],
    [
      { exit: null, killed: "memory" },
      137,
      "stopped by the memory limit; --memory BYTES raises it",
    ],
    [{ exit: null, killed: "output" }, 137, "stopped because it printed too much."],
    [{ exit: null, killed: "processes" }, 137, "stopped because it ran too many processes."],
    [{ exit: null, killed: "disk" }, 137, "stopped because it wrote too much to the disk."],
    [{ exit: null, killed: "aborted" }, 137, "stopped."],
    [{ exit: null, killed: null }, 137, ""],
  ] as const)(
    "ends with the command's own code, or with that of a limit: %j",
    async (result, code, why) => {
      const { exit, stderr } = await sandbox(["run", "--", "x"], result);
      expect(exit).toBe(code);
      expect(stderr).toBe(
        why === "" ? "careful\n" : `careful\norg: the command was ${why.replace(/\.$/, "")}.\n`,
      );
    },
  );

  test("with --json prints the result alone, without secrets", async () => {
    const { stdout, stderr } = await sandbox(["run", "--json", "--", "x"], {
      stdout: "swordfish-1",
    });
    expect(JSON.parse(stdout)).toMatchObject({
      exit: 0,
      stdout: expect.not.stringContaining("swordfish"),
    });
    expect(stderr).toBe("");
  });

  test.each([
    [[], /There is no command to run/],
    [["run"], /There is no command to run/],
    [["run", "--cpu", "0", "--", "x"], /--cpu is a number of seconds up to 86400, not "0"/],
    [["run", "--cpu", "86400.1", "--", "x"], /--cpu is a number of seconds up to 86400/],
    [["run", "--memory", "0", "--", "x"], /--memory is a number of bytes, not "0"/],
    [["run", "--memory", "9007199254740992", "--", "x"], /--memory is a number of bytes/],
    [["run", "--ro", "=/work/b", "--", "x"], /--ro is FILE=DEST/],
    [["run", "--ro", "a=/work/../b", "--", "x"], /--ro is FILE=DEST/],
    [["run", "--ro", "a=/", "--", "x"], /--ro is FILE=DEST/],
    [["run", "--ro", "a=/lib64", "--", "x"], /--ro is FILE=DEST/],
    [["run", "--wall", "1e3", "--", "x"], /--wall is a number of seconds/],
    [["run", "--memory", "1G", "--", "x"], /--memory is a number of bytes, not "1G"/],
    [["run", "--ro", "a=b", "--", "x"], /--ro is FILE=DEST/],
    [["run", "--ro", "x".repeat(201), "--", "x"], /, not "x{200}"$/],
    [["run", "--ro", "a=/usr/b", "--", "x"], /outside of the system's folders/],
    [["run", "--ro", "/no/such/file=/work/b", "--", "x"], /There is no "\/no\/such\/file" to show/],
  ] as const)("%j is refused, and nothing is run", async (args, why) => {
    const first =
      Object.entries(REMEDIES).find(([word]) => args.some((one) => one === word))?.[1] ??
      "org sandbox run -- ls -l";
    const isMissing = args.some((one) => one.includes("/no/such/file"));
    await expect(sandbox(args)).rejects.toMatchObject({
      code: isMissing ? "INPUT_MISSING" : "USAGE",
      remedies: isMissing ? ["check the path: ls -ld /no/such/file"] : [first, "org help sandbox"],
      message: expect.stringMatching(why),
      unchanged: "Nothing was run.",
    });
  });
});
