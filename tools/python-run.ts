import { readFileSync } from "node:fs";
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

const PROGRAM = "/run/main.py";
const RUNNER = "/run/run_main.py";
// Isolated from the folder and the environment; unbuffered, so that a program that is stopped has
// shown what it printed before.
const PYTHON = ["/usr/bin/python3", "-I", "-u", "-X", "utf8", RUNNER, PROGRAM];

let runner: string | undefined;

/** Runs a Python program of a model, always in a sandbox of its own. */
export function pythonRunTool(sandbox: ToolSandbox = {}): Tool {
  return defineTool({
    name: "python_run",
    effect: "execute",
    capabilities: ["shell"],
    lasts: sandbox.copy !== undefined,
    program: "/usr/bin/python3",
    description: `Runs a Python 3 program, standard library only; print the result. ${whereItRuns(sandbox)}`,
    input: z.object({ code: z.string().min(1), timeout_s: timeoutSchema.optional() }),
    example: { code: "print(6 * 7)" },
    unlisted: UNLISTED_TIMEOUT,
    run: async ({ code, timeout_s }, { signal, clean, room }) => {
      const policy = await callPolicy(sandbox, POLICIES.pythonRun, timeout_s);
      runner ??= readFileSync(
        Bun.fileURLToPath(import.meta.resolve("./inside/run_main.py")),
        "utf8",
      );
      // Loaded with the first run: most rooms and questions come to their end without one.
      const { runSandboxed } = await import("#platform/sandbox/run.ts");
      const result = await runSandboxed(PYTHON, policy, {
        signal,
        files: [
          { path: PROGRAM, content: code },
          { path: RUNNER, content: runner },
        ],
        ...{ room, host: sandbox.host },
      });
      return await programOutput(result, policy, clean);
    },
  });
}
