#!/usr/bin/env bun
/** Easy tasks for a real model: questions, some of them about a folder. */
import { join } from "node:path";
import { runTaskBench } from "./support/run-tasks.ts";
import { readTasks } from "./support/task.ts";
import { questionTrial } from "./support/trial.ts";

process.exitCode = await runTaskBench(
  {
    ...{ name: "tasks", success: "right", half: "tune" },
    kinds: { plain: "plain", folder: "about a folder" },
    trials: async () => (await readTasks(join(import.meta.dir, "tasks"))).map(questionTrial),
  },
  process.argv.slice(2),
);
