#!/usr/bin/env bun
/** Small tasks in small repositories for a real model; hidden checks tell whether they are solved. */
import { join } from "node:path";
import { PROJECT_KINDS, projectTrial, readProjectTasks } from "./support/project-task.ts";
import { runTaskBench } from "./support/run-tasks.ts";

const FOLDER = join(import.meta.dir, "project-tasks");

process.exitCode = await runTaskBench(
  {
    ...{ name: "project-tasks", success: "solved", half: "all", kinds: PROJECT_KINDS },
    trials: async () => (await readProjectTasks(FOLDER)).map(projectTrial),
  },
  process.argv.slice(2),
);
