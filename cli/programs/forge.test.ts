/** What becomes of a forged tool that is to be promoted; forging itself is in `test/forge.e2e.test.ts`. */
import { expect, test } from "bun:test";
import type { PromotionRequest } from "#app/promote.ts";
import type { Change } from "#ops/release/ledger.ts";
import { promoted } from "./forge.ts";

const CHANGE: Change = {
  ...{ id: 1, kind: "promotion", state: "done", step: "health", from: "a", to: "b" },
  ...{ tag: "promotion/1", tagId: "c", candidate: "d", undoes: null, at: 7, note: null },
};

/** An application of which only the promotion is asked for. */
function promoting(promotion: "ask" | "auto", reverted?: Change, note: string | null = null) {
  const asked: PromotionRequest[] = [];
  const promote = async (request: PromotionRequest) => {
    asked.push(request);
    return { change: { ...CHANGE, note }, reverted };
  };
  return { asked, app: { settings: { promotion }, promote } };
}

test("a tool is promoted as the command asked for, and the answer names what takes it back", async () => {
  const { asked, app } = promoting("ask");
  expect(await promoted("cand/median", app)).toEqual({
    ...{ outcome: "promoted", tag: "promotion/1" },
    text: "✔ it is promoted, tag promotion/1\n→ org rollback reverts it",
  });
  const command = "org forge --promote, cand/median";
  expect(asked).toEqual([{ candidate: "cand/median", what: "forge --promote", command }]);
});

test("a promotion that was reverted says why, to a program as well", async () => {
  const note = "what serves is not well";
  const { app } = promoting("ask", { ...CHANGE, kind: "rollback", undoes: 1 }, note);
  expect(await promoted("cand/median", app)).toEqual({
    ...{ outcome: "reverted", tag: "promotion/1", note },
    text: `✘ it was promoted and reverted at once: ${note}`,
  });
});

test("where tools are promoted without a question, it was promoted when it was delivered", async () => {
  const { asked, app } = promoting("auto");
  const outcome = { outcome: "promoted", text: "✔ it is promoted" } as const;
  expect(await promoted("cand/median", app)).toEqual(outcome);
  expect(asked).toEqual([]);
});
