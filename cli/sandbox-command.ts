import { existsSync, realpathSync } from "node:fs";
import { isAbsolute, normalize } from "node:path";
import { EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import { echoed } from "#core/text/echoed.ts";
import { jsonLine } from "#core/text/json-line.ts";
import { shellWord } from "#core/text/shell-word.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { POLICIES, type ReadOnlyBind, type SandboxPolicy } from "#platform/sandbox/policy.ts";
import type { KillReason, SandboxResult } from "#platform/sandbox/result.ts";
import type { runSandboxed } from "#platform/sandbox/run.ts";
import type { Output } from "#ui/output.ts";
import { actionNamed } from "./action.ts";
import type { CommandLine } from "./command-spec.ts";

export interface SandboxCommand {
  readonly run: typeof runSandboxed;
  /** What the command reads; nothing when left out. */
  readonly stdin: ReadableStream<Uint8Array> | undefined;
  readonly output: Output;
  /** Knows the secrets of the process. */
  readonly cleaner: TextCleaner;
  readonly signal: AbortSignal;
}

/** 128 + SIGKILL: what a shell reports for a program that was killed. */
const KILLED_EXIT = 137;
/** A day; a timer of the runtime cannot count to 25. */
const MOST_SECONDS = 86_400;
// They belong to the system, or are links into what does.
const SYSTEM_FOLDERS = /^\/(?:usr|proc|dev|sys|bin|sbin|lib(?:32|64|x32)?)(?:\/|$)|^\/$/;

const STOPPED: Readonly<Record<KillReason, string>> = {
  wall: "stopped by the time limit; --wall S raises it",
  cpu: "stopped by the CPU time limit; --cpu S raises it",
  memory: "stopped by the memory limit; --memory BYTES raises it",
  output: "stopped because it printed too much",
  processes: "stopped because it ran too many processes",
  disk: "stopped because it wrote too much to the disk",
  aborted: "stopped",
};

/**
 * `org sandbox run -- COMMAND…`: a command under the policy of the tool `sh`, but for what the options say.
 *
 * @returns the exit code of the command; 124 when it was out of time, 137 when it was stopped for another limit.
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` where there is no sandbox, `CONFIG_INVALID` for a `--net` that is
 *   no domain, `USAGE`, `INPUT_MISSING`; nothing was run then.
 */
export async function runSandboxCommand(
  line: CommandLine,
  { run, stdin, output, cleaner, signal }: SandboxCommand,
): Promise<number> {
  const command = commandOf(line);
  const policy = policyOf(line);
  const json = line.options.has("json");
  const gates = { stdout: cleaner.createTextGate(), stderr: cleaner.createTextGate() };
  const show = { stdout: output.write, stderr: output.say };
  const result = await run(command, policy, {
    signal,
    stdin,
    onOutput: (stream, text) => {
      if (!json) show[stream](gates[stream].push(text));
    },
  });
  show.stdout(gates.stdout.end());
  show.stderr(gates.stderr.end());
  if (json) output.write(jsonLine(cleaner.redactData(result)));
  else if (result.killed !== null) output.say(`org: the command was ${STOPPED[result.killed]}.\n`);
  return exitOf(result);
}

function commandOf({ operands }: CommandLine): readonly string[] {
  const [action, ...command] = operands;
  if (action !== undefined) actionNamed("sandbox", ["run"], action);
  if (command.length === 0) throw usage("There is no command to run", "org sandbox run -- ls -l");
  return command;
}

/** @throws {OrgError} `USAGE` or `INPUT_MISSING`. */
function policyOf({ options, repeated }: CommandLine): SandboxPolicy {
  const hosts = repeated.get("net");
  const preset = POLICIES.sh;
  return {
    ...preset,
    cpuMs: secondsOf(options, "cpu") ?? preset.cpuMs,
    wallMs: secondsOf(options, "wall") ?? preset.wallMs,
    memoryBytes: bytesOf(options.get("memory")) ?? preset.memoryBytes,
    network: hosts === undefined ? preset.network : { hosts },
    readOnly: (repeated.get("ro") ?? []).map(bindOf),
  };
}

function secondsOf(options: CommandLine["options"], name: "cpu" | "wall"): number | undefined {
  const text = options.get(name);
  if (text === undefined) return undefined;
  const seconds = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : 0;
  if (seconds > 0 && seconds <= MOST_SECONDS) return Math.ceil(seconds * 1000);
  throw usage(
    `--${name} is a number of seconds up to ${MOST_SECONDS}, not ${echoed(text)}`,
    `org sandbox run --${name} 10 -- COMMAND`,
  );
}

function bytesOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const bytes = /^\d+$/.test(text) ? Number(text) : 0;
  if (bytes > 0 && Number.isSafeInteger(bytes)) return bytes;
  throw usage(
    `--memory is a number of bytes, not ${echoed(text)}`,
    `org sandbox run --memory ${256 * 1024 ** 2} -- COMMAND`,
  );
}

function bindOf(text: string): ReadOnlyBind {
  const at = text.lastIndexOf("=");
  const [file, to] = [text.slice(0, at), text.slice(at + 1)];
  if (at <= 0 || !isAbsolute(to) || normalize(to) !== to || SYSTEM_FOLDERS.test(to)) {
    throw usage(
      `--ro is FILE=DEST, with an absolute DEST outside of the system's folders, not "${text.slice(0, 200)}"`,
      "org sandbox run --ro data.csv=/work/data.csv -- COMMAND",
    );
  }
  if (!existsSync(file)) {
    throw new OrgError(`There is no "${file}" to show`, {
      code: "INPUT_MISSING",
      remedies: [`check the path: ls -ld ${shellWord(file)}`],
      unchanged: "Nothing was run.",
    });
  }
  // The sandbox shows nothing behind a link; here it is the human who named it.
  return { from: realpathSync(file), to };
}

function exitOf({ exit, killed }: SandboxResult): number {
  switch (killed) {
    case null:
      return exit ?? KILLED_EXIT;
    case "wall":
    case "cpu":
      return EXIT.timeout;
    default:
      return KILLED_EXIT;
  }
}

function usage(message: string, remedy: string): OrgError {
  return new OrgError(message, {
    code: "USAGE",
    remedies: [remedy, "org help sandbox"],
    unchanged: "Nothing was run.",
  });
}
