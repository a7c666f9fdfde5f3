#!/usr/bin/env bun
/** What a decision takes longer when a program of the user's is asked, beside the sandbox that it runs in. */
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { approvePolicyProgram, SandboxedPolicyProgram } from "#app/policy-program.ts";
import { decide } from "#core/policy/decide.ts";
import { DEFAULT_POLICY } from "#core/policy/policy.ts";
import { policyQuestion } from "#core/policy/program.ts";
import { DEFAULT_POLICY as SANDBOX } from "#platform/sandbox/policy.ts";
import { runSandboxed } from "#platform/sandbox/run.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { compare } from "./support/compare.ts";
import { atMostTimes, named, publish } from "./support/report.ts";

/** What we add to the start of a sandbox. */
const AIM = 1.5;
const ANSWER = '{"decision":"abstain"}';

const { signal } = new AbortController();
const facts = {
  ...({ tool: "sh", persona: "agent", effect: "execute" } as const),
  ...{ capabilities: ["shell"] as const, arguments: { cmd: "ls" } },
};

await using folder = await temporaryFolder("policy-bench");
// A program of the sandbox runs as another user.
await chmod(folder.path, 0o755);
const read = "cat > /dev/null";
const asked = {
  shell: await programOf("shell", `#!/bin/sh\n${read}; echo '${ANSWER}'\n`),
  python: await programOf("python", `#!/usr/bin/python3 -I\nprint('${ANSWER}')\n`),
  kept: await programOf("kept", `#!/bin/sh\necho '{"decision":"abstain","ttl_s":300}'\n`),
};

const series = await compare(
  [
    {
      name: "the sandbox alone",
      round: () => timed(() => runSandboxed(["sh", "-c", read], SANDBOX, { signal, stdin: "{}" })),
    },
    { name: "a shell script", round: () => timed(asked.shell) },
    { name: "a Python program", round: () => timed(asked.python) },
    { name: "an answer that is kept", round: () => timed(asked.kept) },
    { name: "org.config alone", round: () => timed(async () => decision()) },
  ],
  { warmUp: 3, counted: 40 },
);
publish([
  {
    title: "policy program: one decision",
    unit: "ms, less is better",
    series,
    aims: [atMostTimes(AIM, [named(series, "a shell script"), named(series, "the sandbox alone")])],
  },
]);

function decision(): ReturnType<typeof decide> {
  return decide(DEFAULT_POLICY, facts, () => undefined);
}

async function programOf(name: string, text: string): Promise<() => Promise<unknown>> {
  const program = join(folder.path, name);
  await Bun.write(program, text);
  await chmod(program, 0o755);
  const settings = {
    ...{ program, args: [], allowed: [folder.path], timeoutMs: 60_000, outputBytes: 4096 },
    ...{ applies: new Set(["ask", "allow"] as const), mayAllow: false },
  };
  const approved = join(folder.path, `${name}.json`);
  await approvePolicyProgram(settings, approved);
  const opened = new SandboxedPolicyProgram({ settings, approved });
  return async () => {
    const about = { decision: decision(), policy: DEFAULT_POLICY, room: "r", turn: "t" };
    const call = { id: "c", now: "2026-01-01T00:00:00.000Z", redacted: {} };
    const heard = await opened.narrow(policyQuestion(facts, { ...about, ...call }), signal);
    if (heard.permission !== "allow")
      throw new Error(`The program ${name} was not heard: ${heard.why}`);
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
