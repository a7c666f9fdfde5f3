import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmod, mkdtemp, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_POLICY, type Permission } from "#core/policy/policy.ts";
import { type PolicyQuestion, policyQuestion } from "#core/policy/program.ts";
import type { PolicyProgramSettings } from "#home/settings/policy-settings.ts";
import {
  approvePolicyProgram,
  type PolicyOutcome,
  policyProgramProblem,
  SandboxedPolicyProgram,
} from "./policy-program.ts";

const { signal } = new AbortController();

let folder = "";
let program = "";
let approved = "";
let outcomes: PolicyOutcome[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "org-policy-"));
  // A program of the sandbox runs as the user 65534, and reads what all users may read.
  await chmod(folder, 0o755);
  program = join(folder, "policy");
  approved = join(folder, "approved.json");
  outcomes = [];
});
afterEach(() => rm(folder, { recursive: true }));

const settings = (changes: Partial<PolicyProgramSettings> = {}): PolicyProgramSettings => ({
  ...{ program, args: [], allowed: [folder], timeoutMs: 30_000, outputBytes: 4096 },
  ...{ applies: new Set(["ask", "allow"] as const), mayAllow: false },
  ...changes,
});

/** Writes the program, a shell script, without anything else. */
async function write(script: string, path = program): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

function question(permission: Permission = "allow", cmd = "ls", turn = "t1"): PolicyQuestion {
  const facts = { tool: "sh", persona: "agent", effect: "execute", arguments: { cmd } } as const;
  return policyQuestion(
    { ...facts, capabilities: ["shell"] },
    {
      ...{ id: crypto.randomUUID(), now: new Date().toISOString(), room: "r1" },
      decision: { permission, why: "a rule" },
      ...{ policy: DEFAULT_POLICY, turn, redacted: { cmd } },
    },
  );
}

const opened = (changes: Partial<PolicyProgramSettings> = {}, now?: () => number) =>
  new SandboxedPolicyProgram({
    ...{ settings: settings(changes), approved, now },
    onOutcome: (outcome) => outcomes.push(outcome),
  });

/** What a script makes of a call that is allowed. */
async function heard(
  script: string,
  changes: Partial<PolicyProgramSettings> = {},
): Promise<string> {
  await write(script);
  await approvePolicyProgram(settings(), approved);
  const { permission, why } = await opened(changes).narrow(question(), signal);
  return `${permission}: ${why}`;
}

describe("a program that answers", () => {
  test("is heard: it denies, it asks, it abstains", async () => {
    expect(await heard(`echo '{"decision":"deny","reason":"no shells"}'`)).toBe(
      "deny: the policy program says deny: no shells",
    );
    expect(await heard(`echo '{"decision":"ask"}'`)).toBe("ask: the policy program says ask");
    expect(await heard(`echo '{"decision":"abstain"}'`)).toBe("allow: a rule");
    expect(await heard(`echo '{"decision":"allow"}'`)).toBe("allow: a rule");
    expect(outcomes).toEqual(["deny", "ask", "abstain", "allow"]);
  });

  test("is heard although a child of it keeps the output open", async () => {
    const script = `sleep 1000 & echo '{"decision":"deny","reason":"at once"}'`;
    expect(await heard(script, { timeoutMs: 600_000 })).toBe(
      "deny: the policy program says deny: at once",
    );
  });

  test("reads the question, and decides by it", async () => {
    const script = `grep -q '"cmd":"ls"' && echo '{"decision":"abstain"}' || echo '{"decision":"deny"}'`;
    expect(await heard(script)).toBe("allow: a rule");
    expect(await opened().narrow(question("allow", "rm -r x"), signal)).toMatchObject({
      permission: "deny",
    });
  });

  test("allows what would be asked about only where the user's file lets it", async () => {
    await heard(`echo '{"decision":"allow"}'`);
    expect(await opened().narrow(question("ask"), signal)).toMatchObject({ permission: "ask" });
    const wide = opened({ mayAllow: true });
    expect(await wide.narrow(question("ask"), signal)).toMatchObject({ permission: "allow" });
  });

  test("is not asked about what it does not apply to, nor about what is denied", async () => {
    await heard(`echo '{"decision":"deny"}'`);
    outcomes = [];
    const asksOnly = opened({ applies: new Set(["ask"]) });
    expect(await asksOnly.narrow(question("allow"), signal)).toMatchObject({ permission: "allow" });
    expect(await opened().narrow(question("deny"), signal)).toMatchObject({ why: "a rule" });
    expect(outcomes).toEqual([]);
  });

  test("an answer holds for its ttl_s and the same question", async () => {
    await heard(`echo '{"decision":"deny","ttl_s":10}'`);
    let now = 0;
    const kept = opened({}, () => now);
    await kept.narrow(question(), signal);
    // It would not be asked any more: it is not the program that was approved.
    await write("exit 1");
    expect(await kept.narrow(question("allow", "ls", "t2"), signal)).toMatchObject({
      why: "the policy program says deny",
    });
    const other = await kept.narrow(question("allow", "pwd"), signal);
    expect(other.why).toContain("is not the file that was approved");
    now = 10_001;
    expect((await kept.narrow(question(), signal)).why).toContain(
      "is not the file that was approved",
    );
  });

  test("64 questions at once are all answered", async () => {
    await heard(`echo '{"decision":"deny","reason":"no"}'`);
    const one = opened();
    const all = Array.from({ length: 64 }, (_, at) =>
      one.narrow(question("allow", `${at}`), signal),
    );
    expect(new Set((await Promise.all(all)).map(({ why }) => why))).toEqual(
      new Set(["the policy program says deny: no"]),
    );
  });
});

describe("a program that says nothing usable denies the call", () => {
  const allow = `echo '{"decision":"allow"}'`;
  test.each([
    ["it takes too long", "sleep 100", "timed out after 500 ms"],
    ["it loops", "while :; do :; done", "timed out after 500 ms"],
    ["it floods", "yes", "limit of output"],
    // The shell itself forks once, before there are many: later it might be refused.
    // What is said of each refusal would reach the limit of output now and then.
    ["it forks without end", "exec 2>/dev/null; f() { f | f & }; f & wait; exit 7", "exit code 7"],
    ["it closes its input and says nothing", "exec 0<&-", "it wrote nothing"],
    ["it answers twice", `${allow}; ${allow}`, "it did not write one JSON object"],
    ["it says NaN", `echo '{"decision":"allow","ttl_s":NaN}'`, "it did not write one JSON object"],
    ["it is not UTF-8", `printf '{"decision":"allow","reason":"\\377"}'`, "it is not UTF-8"],
    ["it says a name twice", `echo '{"decision":"deny","decision":"allow"}'`, "same name twice"],
    ["it fails after its answer", `${allow}; exit 1`, "it ended with exit code 1"],
    ["it kills itself", `${allow}; kill -9 $$`, "exit code 137"],
    ["it adds a word", `echo '{"decision":"allow","sure":true}'`, "Unrecognized key"],
    ["it prints a word that is not JSON", "echo yes", "it did not write one JSON object"],
    ["it reaches for the network", "cat < /dev/tcp/127.0.0.1/22", "exit code"],
    ["it reads the environment", 'test -n "$ORG_SECRET" && exit 0; exit 9', "exit code 9"],
  ])("%s", async (_what, script, why) => {
    // Long enough for what ends by itself on a machine that is busy.
    const timeoutMs = why.startsWith("timed out") ? 500 : 30_000;
    const told = await heard(script, { timeoutMs });
    expect(told).toStartWith("deny: the policy program gave no valid answer: ");
    expect(told).toContain(why);
    expect(outcomes).toEqual(["unusable"]);
  });
});

describe("a program that no person approved as it is denies the call", () => {
  const told = async (changes: Partial<PolicyProgramSettings> = {}) =>
    (await opened(changes).narrow(question(), signal)).why;

  test("not approved yet, replaced, or replaced by a link", async () => {
    await write(`echo '{"decision":"abstain"}'`);
    expect(await told()).toContain("no person has approved it yet");
    await approvePolicyProgram(settings(), approved);
    expect(await told()).toBe("a rule");
    expect(await policyProgramProblem(settings(), approved)).toBeUndefined();
    await write(`echo '{"decision":"allow"}'`, join(folder, "other"));
    await rename(join(folder, "other"), program);
    expect(await told()).toContain(`${program} is not the file that was approved`);
    await rm(program);
    await symlink("/bin/true", program);
    expect(await told()).toContain("does not lie in a folder that [policy] allowed names");
    await rm(program);
    expect(await policyProgramProblem(settings(), approved)).toContain("does not exist");
  });

  test("a file that its arguments name has changed", async () => {
    const rules = join(folder, "rules.json");
    await writeFile(rules, "{}", { mode: 0o644 });
    await write(`test -s "$1" && echo '{"decision":"abstain"}'`);
    const withRules = { args: [rules] };
    await approvePolicyProgram(settings(withRules), approved);
    expect(await told(withRules)).toBe("a rule");
    await writeFile(rules, '{"allow":"all"}');
    expect(await told(withRules)).toContain(`${rules} is not the file that was approved`);
  });

  test("others may write it", async () => {
    await write("exit 0");
    await chmod(program, 0o777);
    expect(approvePolicyProgram(settings(), approved)).rejects.toMatchObject({
      code: "POLICY_PROGRAM",
      why: `others may write ${program}`,
    });
    expect(await Bun.file(approved).exists()).toBe(false);
  });

  test("others may write its folder, or it runs as another user", async () => {
    await write("exit 0");
    await chmod(program, 0o4755);
    const why = async () => await policyProgramProblem(settings(), approved);
    expect(await why()).toBe(`${program} changes its user when it runs`);
    await chmod(program, 0o755);
    await chmod(folder, 0o777);
    expect(await why()).toBe(`others may write the folder ${folder}`);
    await chmod(folder, 0o1777);
    expect(await why()).toBe("no person has approved it yet");
  });

  test("a change that leaves time and size as they were is seen", async () => {
    await write(`echo '{"decision":"abstain"}'`);
    await approvePolicyProgram(settings(), approved);
    const one = opened();
    const why = async () => (await one.narrow(question(), signal)).why;
    expect(await why()).toBe("a rule");
    const { atime, mtime } = await stat(program);
    await write(`echo '{"decision":"ABSTAIN"}'`);
    await utimes(program, atime, mtime);
    expect(await why()).toContain("is not the file that was approved");
  });

  test("a folder is not a program", async () => {
    expect(
      approvePolicyProgram(settings({ program: folder, allowed: [tmpdir()] }), approved),
    ).rejects.toMatchObject({ why: `${folder} is not a file` });
  });
});
