/** Workflows that really run: a real store, real locks, and tools that a test makes up. */
import { expect } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { checkWorkflow } from "#tools/workflow/check.ts";
import { RunStore } from "#tools/workflow/run-store.ts";
import { type RunPorts, resumeRun, startRun } from "#tools/workflow/runs.ts";
import type { ToolAnswer, WorkflowTools } from "#tools/workflow/tool-port.ts";
import { type WorkflowEvent, workflowEventSchema } from "#tools/workflow/trace.ts";
import type { Json, JsonObject } from "#tools/workflow/workflow.ts";
import { WorkflowSet } from "#tools/workflow/workflow-set.ts";

/** The runs of one test file. */
export class TestRuns implements Disposable {
  readonly folder: string;
  readonly store: RunStore;

  constructor() {
    // In memory where there is such a place: a property waits for thousands of writes.
    const parent = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
    this.folder = mkdtempSync(join(parent, "org-runs-"));
    this.store = new RunStore(join(this.folder, "runs.sqlite"));
  }

  world(call: Call): World {
    return new World(this, call);
  }

  [Symbol.dispose](): void {
    this.store[Symbol.dispose]();
    rmSync(this.folder, { recursive: true });
  }
}

export type Call = (args: JsonObject, signal: AbortSignal) => ToolAnswer | Promise<ToolAnswer>;

/** What calls of tools do, and what happened in a part of a run. */
class World {
  readonly events: WorkflowEvent[] = [];
  readonly stop: AbortController = new AbortController();
  readonly #runs: TestRuns;
  readonly #call: Call;

  constructor(runs: TestRuns, call: Call) {
    this.#runs = runs;
    this.#call = call;
  }

  get id(): string {
    return this.events[0]?.run ?? "";
  }

  get paths(): readonly string[] {
    return this.events.flatMap((event) => (event.type === "step-end" ? [event.path] : []));
  }

  async start(
    files: Readonly<Record<string, string>> | ReadonlyMap<string, string>,
    inputs: JsonObject = {},
  ): Promise<Json> {
    const set = new WorkflowSet(files instanceof Map ? files : new Map(Object.entries(files)));
    const root = set.find("main");
    if (root === undefined) throw new Error("The first one is called main");
    expect(checkWorkflow(root, { set, tools: this.#tools })).toEqual([]);
    return await startRun({ root, set }, inputs, this.#ports);
  }

  async resume(id: string): Promise<Json> {
    return await resumeRun(id, this.#ports);
  }

  get #tools(): WorkflowTools {
    return {
      names: ["work", "count"],
      schemaOf: (name) => {
        if (name === "work") return { type: "object" };
        return name === "count"
          ? { type: "object", properties: { n: { type: "number" } } }
          : undefined;
      },
      call: async (_name, args, signal) => await this.#call(args, signal),
    };
  }

  get #ports(): RunPorts {
    const onEvent = (event: WorkflowEvent) => {
      this.events.push(workflowEventSchema.parse(event));
    };
    const sleep = () => Promise.resolve();
    const { store, folder } = this.#runs;
    const locks = join(folder, "locks");
    return { store, locks, tools: this.#tools, signal: this.stop.signal, onEvent, sleep };
  }
}

/** A tool that gives what it was given. */
export const echo: Call = (args) => ({ kind: "done", value: args });

export async function failureOf(promise: Promise<unknown>): Promise<OrgError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof OrgError) return error;
    throw error;
  }
  throw new Error("It did not fail");
}
