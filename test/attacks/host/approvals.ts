/** An approval of the human that is used for something else, again, later, or that no user gave. */
import type { ApprovalAsked } from "#core/events.ts";
import { type CallFacts, DEFAULT_POLICY, type Policy } from "#core/policy/policy.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { Approvals } from "#room/approvals.ts";
import { turnGuard } from "#room/permissions.ts";
import { type Attempt, type HostProbe, reached } from "./probe.ts";

const CALL: CallFacts = {
  tool: "sh",
  persona: "agent",
  arguments: { cmd: "ls" },
  effect: "execute",
  capabilities: ["shell"],
  branch: "cand/1",
};

const DISK_FULL = new Error("the disk is full");

/** One room's questions, under a policy that asks about everything, on a clock of its own. */
class Desk {
  nowMs = 1_000_000;
  policy: Policy = { ...DEFAULT_POLICY, mode: "supervised" };
  /** What goes wrong when something is to be recorded. */
  failure: Error | undefined;
  readonly approvals = new Approvals({ now: () => this.nowMs });
  /** The id under which each question was asked. */
  readonly asked: string[] = [];
  readonly #end = new AbortController();
  #answers: readonly ((question: ApprovalAsked) => void)[] = [];

  /** What happens while each question is open, in turn; later ones get a no. */
  answer(...answers: readonly ((question: ApprovalAsked) => void)[]): this {
    this.#answers = answers;
    return this;
  }

  abort(): void {
    this.#end.abort();
  }

  /** Whether a call runs. */
  async runs(facts: CallFacts): Promise<boolean> {
    using _ = this.approvals.setInteractive();
    const policyNow = (): Policy => this.policy;
    const guard = turnGuard({
      permissions: {
        get policy() {
          return policyNow();
        },
        resolveProgram: () => undefined,
      },
      ...{ approvals: this.approvals, consent: "ask", turn: "t" },
      cleaner: new TextCleaner(),
      emit: async (event) => {
        if (event.type !== "approval") return;
        if (this.failure !== undefined) throw this.failure;
        if (event.state === "asked") this.#ask(event);
      },
    });
    const call = { id: "c", name: facts.tool, arguments: facts.arguments };
    const guarded = { call, facts, signal: this.#end.signal };
    return (await guard.refusalOf(guarded)) === undefined;
  }

  yes = ({ id }: ApprovalAsked): void => this.approvals.answer(id, true);

  #ask(question: ApprovalAsked): void {
    const answer = this.#answers[this.asked.push(question.id) - 1];
    if (answer !== undefined) answer(question);
    else this.approvals.answer(question.id, false);
  }
}

/** A yes as many programs keep it: by the name of the tool, for ever. */
class YesToTools {
  readonly #tools = new Set<string>();

  approve({ tool }: CallFacts): void {
    this.#tools.add(tool);
  }

  runs({ tool }: CallFacts): boolean {
    return this.#tools.has(tool);
  }
}

const ran = (runs: boolean): string => reached(runs ? "it ran" : undefined, "it did not run");

interface Tries {
  readonly attempt: Attempt;
  readonly weak?: Attempt;
}

const probe = (id: string, safe: string, tries: Tries | Attempt): HostProbe => ({
  ...{ id: id, class: "approval", safe },
  ...(typeof tries === "function" ? { attempt: tries } : tries),
});

/** A yes to `CALL`, used for another call. */
const otherCall = (id: string, other: Partial<CallFacts>): HostProbe =>
  probe(id, "an approval is for one call, to the letter", {
    attempt: async () => {
      const desk = new Desk();
      desk.answer(desk.yes);
      await desk.runs(CALL);
      return ran(await desk.runs({ ...CALL, ...other }));
    },
    weak: () => {
      const yes = new YesToTools();
      yes.approve(CALL);
      return ran(yes.runs({ ...CALL, ...other }));
    },
  });

/** Something happens to the call between the question and the run. */
const meanwhile = (
  id: string,
  safe: string,
  change: (desk: Desk, facts: CallFacts) => void,
): HostProbe =>
  probe(id, safe, async () => {
    const desk = new Desk();
    const facts = { ...CALL, arguments: { cmd: "ls" } };
    desk.answer((question) => {
      desk.yes(question);
      change(desk, facts);
    });
    return ran(await desk.runs(facts));
  });

/** What is said instead of the id of the question. */
const otherId = (id: string, said: string): HostProbe =>
  probe(`approve-${id}`, "only the id of an open question counts", {
    attempt: async () => {
      const desk = new Desk();
      desk.answer((question) => {
        try {
          desk.approvals.answer(said, true);
        } finally {
          if (desk.approvals.waiting.length > 0) desk.approvals.answer(question.id, false);
        }
      });
      return ran(await desk.runs(CALL));
    },
    weak: () => ran(/\d+|all|\*/i.test(said)), // Takes the number out of what was said.
  });

export const APPROVALS: readonly HostProbe[] = [
  otherCall("yes-used-twice", {}),
  otherCall("yes-for-other-arguments", { arguments: { cmd: "rm -rf ." } }),
  otherCall("yes-for-one-argument-more", { arguments: { cmd: "ls", timeout_s: 600 } }),
  otherCall("yes-for-another-persona", { persona: "python" }),
  otherCall("yes-for-another-branch", { branch: "main" }),
  otherCall("yes-for-a-number-as-text", { arguments: { cmd: ["ls"] } }),
  probe("yes-for-another-tool", "an approval is for one call, to the letter", async () => {
    const desk = new Desk();
    desk.answer(desk.yes);
    await desk.runs(CALL);
    return ran(await desk.runs({ ...CALL, tool: "python_run" }));
  }),
  meanwhile("arguments-change-after-the-question", "what runs is what was shown", (_, facts) => {
    Object.assign(facts.arguments ?? {}, { cmd: "rm -rf ." });
  }),
  meanwhile("yes-comes-too-late", "an approval expires", (desk) => {
    desk.nowMs += 6 * 60_000;
  }),
  meanwhile("policy-says-no-meanwhile", "the policy is asked again before the run", (desk) => {
    desk.policy = { ...desk.policy, mode: "locked" };
  }),
  probe("answered-no-then-yes", "the first answer counts", async () => {
    const desk = new Desk();
    desk.answer(({ id }) => {
      desk.approvals.answer(id, false);
      desk.approvals.answer(id, true);
    });
    return ran(await desk.runs(CALL));
  }),
  probe("yes-after-the-turn-has-ended", "a question ends with its turn", async () => {
    const desk = new Desk();
    desk.answer((question) => {
      desk.abort();
      desk.yes(question);
    });
    return ran(await desk.runs(CALL));
  }),
  probe("question-that-is-not-on-disk", "what cannot be recorded is not asked", async () => {
    const desk = new Desk();
    desk.failure = DISK_FULL;
    const runs = await desk.runs(CALL).catch((error: unknown) => {
      if (error === DISK_FULL) return false;
      throw error;
    });
    return ran(runs);
  }),
  probe("no-user-is-there", "without a user who can answer it is rejected", async () => {
    const approvals = new Approvals();
    const guard = turnGuard({
      permissions: {
        policy: { ...DEFAULT_POLICY, mode: "supervised" },
        resolveProgram: () => undefined,
      },
      ...{ approvals, consent: "ask", turn: "t", emit: async () => undefined },
      cleaner: new TextCleaner(),
    });
    const signal = new AbortController().signal;
    const call = { id: "c", name: "sh", arguments: {} };
    return ran((await guard.refusalOf({ call, facts: CALL, signal })) === undefined);
  }),
  probe("one-yes-taken-by-two", "an approval can be taken once", {
    attempt: async () => {
      const approvals = new Approvals();
      using _ = approvals.setInteractive();
      const { approval } = await approvals.settle(
        {
          ...{ turn: "t", persona: "agent", why: "", hash: "h", emit: async () => undefined },
          call: { id: "c", name: "sh", arguments: {} },
          signal: new AbortController().signal,
        },
        "approved",
        "user",
      );
      const taken = await Promise.all(
        [0, 1].map(async () => {
          await Promise.resolve();
          return approval?.redeem("h") === true;
        }),
      );
      return ran(taken.every(Boolean));
    },
    weak: async () => {
      const yes = new YesToTools();
      yes.approve(CALL);
      return ran((await Promise.all([yes.runs(CALL), yes.runs(CALL)])).every(Boolean));
    },
  }),
  probe("id-of-an-earlier-session", "a number is never given twice", {
    attempt: async () => {
      const desk = new Desk();
      // What the journal has of the session before: question A1, still unanswered.
      desk.approvals.apply({
        ...{ type: "approval", state: "answered", outcome: "expired", by: "org" },
        ...{ id: "A1", turn: "t", persona: "agent" },
      });
      desk.answer(() => desk.approvals.answer("A1", true));
      return ran(await desk.runs(CALL));
    },
    weak: () => {
      const ids = new Map([["A1", CALL]]);
      ids.set("A1", { ...CALL, arguments: { cmd: "rm -rf ." } });
      return ran(ids.has("A1"));
    },
  }),
  otherId("with-a-zero", "A01"),
  otherId("all", "all"),
  otherId("star", "*"),
  otherId("two-at-once", "A1 A2"),
  otherId("full-width", "\uff211"),
  otherId("by-number", "1"),
];
