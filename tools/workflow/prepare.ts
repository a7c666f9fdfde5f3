/** What has to hold before a workflow is run: it is there, nothing is wrong with it, and it takes what it gets. */
import { OrgError } from "#core/errors.ts";
import { nearestNames } from "#core/nearest.ts";
import { checkWorkflow } from "./check.ts";
import { acceptInputs } from "./inputs.ts";
import type { WorkflowTools } from "./tool-port.ts";
import type { JsonObject, Problem, Workflow } from "./workflow.ts";
import type { Member, WorkflowSet } from "./workflow-set.ts";

/** A workflow among those that it may run. */
export interface FoundWorkflow {
  readonly set: WorkflowSet;
  readonly root: Member;
}

/** @throws {OrgError} `WORKFLOW_UNKNOWN` with the nearest names. */
export function findWorkflow(name: string, set: WorkflowSet): FoundWorkflow {
  const root = set.find(name);
  if (root !== undefined) return { set, root };
  const names = set.members.map(({ key }) => key);
  const why = names.length === 0 ? "there is none in this home" : `there are ${names.join(", ")}`;
  throw unknownWorkflow(name, why, nearestNames(name, names));
}

/** @throws {OrgError} `WORKFLOW_INVALID` with all that is wrong. */
export function requireSound({ root, set }: FoundWorkflow, tools: WorkflowTools): Workflow {
  const problems = checkWorkflow(root, { set, tools });
  if (root.workflow !== undefined && problems.length === 0) return root.workflow;
  throw new OrgError(`The workflow "${root.key}" cannot be used`, {
    code: "WORKFLOW_INVALID",
    why: problems.map(problemText).join("\n"),
    remedies: [`org workflow check ${root.key}`],
    unchanged: "No step was done.",
  });
}

/** @throws {OrgError} `INPUT_INVALID` */
export function requireInputs(input: unknown, workflow: Workflow): JsonObject {
  const accepted = acceptInputs(workflow, input);
  if ("inputs" in accepted) return accepted.inputs;
  throw badInputs(accepted.problem, workflow);
}

export function badInputs(why: string, { name }: Workflow, cause?: unknown): OrgError {
  return new OrgError(`The workflow "${name}" does not take these inputs`, {
    code: "INPUT_INVALID",
    why,
    remedies: [
      `org workflow show ${name}`,
      `org workflow run ${name} --inputs '{"name": "value"}'`,
    ],
    unchanged: "No step was done.",
    cause,
  });
}

export function problemText({ workflow, place, message }: Problem): string {
  return [workflow, place, message].filter((part) => part !== "").join(": ");
}

export function unknownWorkflow(name: string, why: string, near: readonly string[] = []): OrgError {
  return new OrgError(`There is no workflow "${name.slice(0, 200)}"`, {
    code: "WORKFLOW_UNKNOWN",
    why,
    remedies: [...near.map((one) => `org workflow show ${one}`), "org workflow list"],
    unchanged: "Nothing was done.",
  });
}
