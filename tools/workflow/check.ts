/** What is wrong with a workflow and with all that it runs, before anything runs. */
import { reasonOf } from "#core/errors.ts";
import { compileSchema } from "../contract/schema-check.ts";
import { findingsInArguments } from "./check-arguments.ts";
import {
  type AvailableNames,
  type Finding,
  findingsInExpression,
  findingsInTemplate,
  suggestion,
} from "./names.ts";
import type { WorkflowDraft } from "./read-workflow.ts";
import type { WorkflowTools } from "./tool-port.ts";
import { MAX_DEPTH, type Problem, type Step, type Workflow } from "./workflow.ts";
import { type Member, nestedIn, type WorkflowSet } from "./workflow-set.ts";

/** What the steps of a workflow may use. */
export interface CheckContext {
  readonly set: WorkflowSet;
  readonly tools: Pick<WorkflowTools, "names" | "schemaOf">;
}

/** @returns every problem, in the order of the files; empty: it can run. */
export function checkWorkflow(root: Member, context: CheckContext): readonly Problem[] {
  const own = context.set
    .closureOf(root)
    .flatMap(({ key, draft, problems }) => [
      ...problems,
      ...(draft === undefined ? [] : problemsOf(key, draft, context)),
    ]);
  return [...own, ...nestingProblems(root, context.set)];
}

function problemsOf(key: string, draft: WorkflowDraft, context: CheckContext): readonly Problem[] {
  const { steps, ids, inputs, output } = draft;
  const problem = (base: string, { at, message }: Finding): Problem => ({
    workflow: key,
    place: `${base}${at}`,
    message,
  });
  const inSteps = steps.flatMap((step, index) => {
    if (step === undefined) return [];
    const names = { earlier: ids.slice(0, index), later: ids.slice(index), inputs, extra: [] };
    const base = `steps.${step.id}`;
    return [
      ...(ids.indexOf(step.id) < index
        ? [problem(base, { at: ".id", message: "another step has this id already" })]
        : []),
      ...findingsInStep(step, names).map((found) => problem(base, found)),
      ...findingsInTarget(step, context).map((found) => problem(base, found)),
    ];
  });
  const atEnd: AvailableNames = { earlier: ids, later: [], inputs, extra: [] };
  return [
    ...inputsProblem(inputs).map((message) => problem("inputs", { at: "", message })),
    ...inSteps,
    ...findingsInTemplate(output ?? null, atEnd).map((found) => problem("output", found)),
  ];
}

function inputsProblem(inputs: Workflow["inputs"]): readonly string[] {
  if (inputs["type"] !== "object") {
    return ['the inputs are a JSON Schema of an object: {"type": "object", "properties": …}'];
  }
  try {
    compileSchema("input", inputs);
    return [];
  } catch (error) {
    return [reasonOf(error)];
  }
}

function findingsInStep(step: Step, names: AvailableNames): readonly Finding[] {
  const inLoop = step.foreach === undefined ? names : { ...names, extra: ["item", "index"] };
  const templates = "tool" in step ? step.args : step.inputs;
  const condition = step.if === undefined ? [] : findingsInExpression(step.if, names);
  return [
    ...prefixed(".if", condition),
    ...prefixed(".foreach", findingsInForeach(step.foreach, names)),
    ...prefixed("tool" in step ? ".args" : ".inputs", findingsInTemplate(templates, inLoop)),
    ...prefixed(
      ".output",
      findingsInTemplate(step.output ?? null, { ...inLoop, extra: [...inLoop.extra, "result"] }),
    ),
  ];
}

function findingsInForeach(foreach: Step["foreach"], names: AvailableNames): readonly Finding[] {
  if (foreach === undefined) return [];
  return typeof foreach === "string"
    ? findingsInExpression(foreach, names)
    : findingsInTemplate(foreach, names);
}

/** Whether what a step runs is there, and takes what it is given. */
function findingsInTarget(step: Step, { set, tools }: CheckContext): readonly Finding[] {
  if ("tool" in step) {
    const schema = tools.schemaOf(step.tool);
    if (schema !== undefined) return prefixed(".args", findingsInArguments(step.args, schema));
    const near = suggestion(step.tool, tools.names);
    return [{ at: ".tool", message: `there is no tool "${step.tool.slice(0, 80)}"${near}` }];
  }
  const nested = set.find(step.workflow);
  if (nested === undefined) {
    const near = suggestion(
      step.workflow,
      set.members.map(({ key }) => key),
    );
    return [
      { at: ".workflow", message: `there is no workflow "${step.workflow.slice(0, 80)}"${near}` },
    ];
  }
  // One that cannot be read has problems of its own.
  const schema = nested.workflow?.inputs;
  return schema?.["type"] !== "object"
    ? []
    : prefixed(".inputs", findingsInArguments(step.inputs, schema));
}

function prefixed(prefix: string, findings: readonly Finding[]): readonly Finding[] {
  return findings.map(({ at, message }) => ({ at: `${prefix}${at}`, message }));
}

/** Each cycle once, and a nesting that is too deep. */
function nestingProblems(root: Member, set: WorkflowSet): readonly Problem[] {
  const problems: Problem[] = [];
  const finished = new Map<string, number>();
  const path: string[] = [];
  /** @returns how many workflows lie within each other, this one included. */
  const visit = (member: Member): number => {
    const start = path.indexOf(member.key);
    if (start >= 0) {
      const circle = [...path.slice(start), member.key].join(" → ");
      problems.push({ workflow: member.key, place: "", message: `it runs itself: ${circle}` });
      return 0;
    }
    const cached = finished.get(member.key);
    if (cached !== undefined) return cached;
    path.push(member.key);
    const nested = nestedIn(member.workflow).flatMap((name) => set.find(name) ?? []);
    const depth = 1 + Math.max(0, ...nested.map(visit));
    path.pop();
    finished.set(member.key, depth);
    return depth;
  };
  const depth = visit(root);
  if (problems.length === 0 && depth > MAX_DEPTH) {
    const message = `workflows lie ${depth} deep within each other; ${MAX_DEPTH} are allowed`;
    problems.push({ workflow: root.key, place: "", message });
  }
  return problems;
}
