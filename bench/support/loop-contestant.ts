/** The naive loop: what one writes first to give a model two tools. It is the yardstick of `bench tasks`. */
import { homedir } from "node:os";
import { z } from "zod";
import { POLICIES, type SandboxPolicy } from "#platform/sandbox/policy.ts";
import { runSandboxed } from "#platform/sandbox/run.ts";
import { findToolchains, withToolchains } from "#platform/sandbox/toolchains.ts";
import { WORKSPACE, workingCopy } from "#platform/sandbox/working-copy.ts";
import { programOutput } from "#tools/program-output.ts";
import type { Contestant, Outcome, Posed } from "./contestant.ts";
import { type FoundCall, findCalls } from "./find-calls.ts";

const MAX_ROUNDS = 8;
const MAX_TOKENS = 1000;
const SYSTEM =
  "You are a helpful assistant. Use the tools to look at files and to compute. Programs start in the folder of the user's files.";

const TOOLS = [
  toolOf("sh", "Runs a shell command and returns what it prints.", "cmd"),
  toolOf("python_run", "Runs a Python 3 program and returns what it prints.", "code"),
];

const answerSchema = z.object({
  choices: z.array(
    z.object({
      message: z.object({
        content: z.string().nullish(),
        tool_calls: z
          .array(
            z.object({
              id: z.string(),
              function: z.object({ name: z.string(), arguments: z.string() }),
            }),
          )
          .nullish(),
      }),
    }),
  ),
});

type Reply = z.infer<typeof answerSchema>["choices"][number]["message"];

/** The loop with JSON finding: a call counts whether the server parsed it or it stands in the text. */
export function loopContestant(temperature: number): Contestant {
  return { name: "loop", answer: (posed, signal) => loop(posed, temperature, signal) };
}

async function loop(posed: Posed, temperature: number, signal: AbortSignal): Promise<Outcome> {
  const messages: object[] = [
    { role: "system", content: SYSTEM },
    { role: "user", content: posed.question },
  ];
  const counts = { calls: 0, ran: 0, succeeded: 0 };
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const reply = await complete(posed, { messages, temperature }, signal);
    const text = reply.content ?? "";
    const [declared] = reply.tool_calls ?? [];
    const call = declared === undefined ? findCalls(text)[0] : callOf(declared.function);
    if (call === undefined) return { ...counts, text };
    counts.calls += 1;
    const { output, ok, isRun } = await run(call, posed, signal);
    counts.ran += isRun ? 1 : 0;
    counts.succeeded += ok ? 1 : 0;
    const id = declared?.id ?? `call_${round}`;
    const called = { name: call.name, arguments: JSON.stringify(call.arguments) };
    messages.push(
      { role: "assistant", content: "", tool_calls: [{ type: "function", id, function: called }] },
      { role: "tool", tool_call_id: id, content: output },
    );
  }
  return { ...counts, text: "", ended: "error", why: `no answer in ${MAX_ROUNDS} rounds` };
}

async function complete(
  { base, model }: Posed,
  request: { readonly messages: readonly object[]; readonly temperature: number },
  signal: AbortSignal,
): Promise<Reply> {
  const answer = await fetch(`${base}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model, ...request, tools: TOOLS, max_tokens: MAX_TOKENS }),
    signal,
    timeout: false,
  });
  if (!answer.ok) throw new Error(`The server answered ${answer.status}: ${await answer.text()}`);
  const [choice] = answerSchema.parse(await answer.json()).choices;
  if (choice === undefined) throw new Error("The server's answer has no choice");
  return choice.message;
}

interface Run {
  readonly output: string;
  readonly ok: boolean;
  readonly isRun: boolean;
}

/** Runs a call in the sandbox of the product, under the policy of its tools, in the task's folder. */
async function run(call: FoundCall, posed: Posed, signal: AbortSignal): Promise<Run> {
  const source = call.arguments[call.name === "sh" ? "cmd" : "code"];
  if (!["sh", "python_run"].includes(call.name))
    return { output: `There is no tool "${call.name}"`, ok: false, isRun: false };
  if (typeof source !== "string")
    return { output: "The argument is missing", ok: false, isRun: false };
  const policy = await policyFor(posed);
  const program = call.name === "sh" ? "exec bash /run/source" : "exec python3 /run/source";
  const result = await runSandboxed(["bash", "-c", `cd ${WORKSPACE}; ${program}`], policy, {
    signal,
    files: [{ path: "/run/source", content: source }],
  });
  const { output, ok } = await programOutput(result, policy);
  return { output, ok, isRun: true };
}

/** Files that the task is about are only read; a repository is changed, with what the user has to run its tests. */
async function policyFor({ folder, isRepository }: Posed): Promise<SandboxPolicy> {
  if (!isRepository) return { ...POLICIES.sh, readOnly: [{ from: folder, to: WORKSPACE }] };
  const toolchains = await findToolchains(Bun.env["PATH"] ?? "", homedir());
  return withToolchains({ ...POLICIES.sh, ...workingCopy(folder) }, toolchains);
}

function callOf(called: { readonly name: string; readonly arguments: string }): FoundCall {
  const [call] = findCalls(
    `{"name": ${JSON.stringify(called.name)}, "arguments": ${called.arguments}}`,
  );
  return call ?? { name: called.name, arguments: {} };
}

function toolOf(name: string, description: string, argument: string): object {
  const parameters = {
    type: "object",
    properties: { [argument]: { type: "string" } },
    required: [argument],
  };
  return { type: "function", function: { name, description, parameters } };
}
