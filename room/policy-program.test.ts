import { expect, test } from "bun:test";
import { DEFAULT_POLICY, type Decision } from "#core/policy/policy.ts";
import type { PolicyQuestion } from "#core/policy/program.ts";
import { echoTool, openTestRoom, sayAndWait, testJournal } from "#test/room-fixture.ts";
import { call, say } from "#test/scripted-answers.ts";
import { scriptedServer } from "#test/scripted-server.ts";

test("the user's policy program is asked before a call and once more after the approval", async () => {
  const asked: string[] = [];
  const program = {
    narrow: async ({ room: id, call: { tool }, decision }: PolicyQuestion): Promise<Decision> => {
      expect(id).toBe(room.id);
      asked.push(`${tool} ${decision.permission}`);
      // It changes its mind while the user thinks.
      const permission = asked.length === 1 ? "ask" : "deny";
      return { permission, why: "the policy program says so\u001b]52;c;AAAA\u0007" };
    },
  };
  await using server = scriptedServer([call("sh", { cmd: "ls" }), say("Without it.")]);
  await using home = await testJournal();
  const options = { journal: home.journal, url: server.url, tools: [echoTool] };
  const policy = { ...DEFAULT_POLICY, mode: "open" } as const;
  const permissions = { policy, resolveProgram: () => undefined, approvalMs: 60_000, program };
  await using room = await openTestRoom({ ...options, permissions });
  using _ = room.approvals.setInteractive();
  using _approves = room.listen((event) => {
    if (event.type === "approval" && event.state === "asked") {
      expect(event.why).toBe("the policy program says so");
      room.approvals.answer(event.id, true);
    }
  });
  const events = await sayAndWait(room, "go");
  const results = events.flatMap((event) => (event.type === "tool-result" ? [event.output] : []));
  expect(results).toEqual([
    expect.stringContaining("the user's policy denies this call: the policy program says so"),
  ]);
  expect(asked).toEqual(["sh allow", "sh allow"]);
});
