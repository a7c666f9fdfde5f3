import { existsSync } from "node:fs";
import { z } from "zod";
import { POLICIES } from "#platform/sandbox/policy.ts";
import { defineTool } from "./define-tool.ts";
import { programOutput } from "./program-output.ts";
import type { Tool } from "./tool.ts";
import {
  callPolicy,
  type ToolSandbox,
  timeoutSchema,
  UNLISTED_TIMEOUT,
  whereItRuns,
} from "./tool-sandbox.ts";

const SCRIPT = "/run/cmd";

const NAMES_PYTHON = /(?<![\w./-])python(?![\w./-])/;
/** Many systems have it by this name alone. On the first line, so that errors name the lines of the model. */
const PYTHON = 'command -v python >/dev/null || python() { python3 "$@"; }; ';

/** Runs a shell command of a model, always in a sandbox of its own. */
export function shTool(sandbox: ToolSandbox = {}): Tool {
  return defineTool({
    name: "sh",
    effect: "execute",
    capabilities: ["shell"],
    lasts: sandbox.copy !== undefined,
    description: `Runs a bash command. ${whereItRuns(sandbox)}`,
    input: z.object({
      cmd: z.string().min(1),
      timeout_s: timeoutSchema.optional(),
    }),
    example: { cmd: "ls" },
    unlisted: UNLISTED_TIMEOUT,
    run: async ({ cmd, timeout_s }, { signal, clean, room }) => {
      const policy = await callPolicy(sandbox, POLICIES.sh, timeout_s);
      // Loaded with the first run: most rooms and questions come to their end without one.
      const { runSandboxed } = await import("#platform/sandbox/run.ts");
      // As a file: a command line is public on the host, and ends at 128 KiB.
      const result = await runSandboxed([...(await shell(sandbox)), SCRIPT], policy, {
        signal,
        files: [{ path: SCRIPT, content: NAMES_PYTHON.test(cmd) ? PYTHON + cmd : cmd }],
        ...{ room, host: sandbox.host },
      });
      return await programOutput(result, policy, clean);
    },
  });
}

// Models write bash whatever they are told; a plain POSIX shell is what the smallest systems have.
async function shell({ host }: ToolSandbox): Promise<readonly string[]> {
  const { findHost } = await import("#platform/sandbox/host.ts");
  // What an image has, only a look from inside can tell.
  if ((host ?? findHost()).container !== undefined) return IN_AN_IMAGE;
  return [existsSync("/usr/bin/bash") ? "bash" : "sh"];
}

const IN_AN_IMAGE = [
  "sh",
  "-c",
  'command -v bash >/dev/null && exec bash "$@"; exec sh "$@"',
  "sh",
];
