import { describe, expect, test } from "bun:test";
import type { Account } from "#core/budget-ledger.ts";
import { OrgError } from "#core/errors.ts";
import type { Usage } from "#core/events.ts";
import { budgeted } from "./budgeted.ts";
import type { Provider, ProviderEvent } from "./provider.ts";

const request = { model: "m", messages: [{ role: "user", content: "hi" }], tools: [] } as const;
const { signal } = new AbortController();

/** An account that writes down what happens to it. */
function account(warnings: readonly string[] = []) {
  const reserved: Usage[] = [];
  const settled: Usage[] = [];
  const made: Account = {
    reserve: async (_model, estimate) => {
      reserved.push(estimate);
      return {
        settle: async (usage) => {
          settled.push(usage);
          return warnings;
        },
      };
    },
  };
  return { made, reserved, settled };
}

function saying(...events: readonly (ProviderEvent | Error)[]): Provider {
  return {
    endpoint: "memory",
    listModels: async () => ["m"],
    stream: async function* () {
      for (const event of events) {
        if (event instanceof Error) throw event;
        yield event;
      }
    },
  };
}

const USAGE = { promptTokens: 7, completionTokens: 3 };
const text: ProviderEvent = { type: "text", text: "x".repeat(36) };

describe("a completion", () => {
  test("is reserved before and settled with what the provider counted; warnings come before its end", async () => {
    const { made, reserved, settled } = account(["nearly spent"]);
    const end: ProviderEvent = { type: "finish", reason: "stop" };
    const provider = budgeted(saying(text, { type: "usage", usage: USAGE }, end), made);
    const events = await Array.fromAsync(provider.stream(request, signal));
    expect(reserved).toEqual([{ promptTokens: 7, completionTokens: 512 }]);
    expect(settled[0]).toEqual(USAGE);
    expect(events.slice(-2)).toEqual([{ type: "notice", text: "nearly spent" }, end]);
  });

  test("that breaks off is settled with an estimate of what came", async () => {
    const { made, settled } = account();
    const provider = budgeted(saying(text, new Error("gone")), made);
    await expect(Array.fromAsync(provider.stream(request, signal))).rejects.toThrow("gone");
    expect(settled).toEqual([{ promptTokens: 7, completionTokens: 10 }]);
  });

  test("that is left is settled too", async () => {
    const { made, settled } = account();
    for await (const _ of budgeted(saying(text, text), made).stream(request, signal)) break;
    expect(settled).toEqual([{ promptTokens: 7, completionTokens: 10 }]);
  });

  test("of a server that does not answer costs nothing", async () => {
    const { made, settled } = account();
    const provider = budgeted(saying(new Error("refused")), made);
    await expect(Array.fromAsync(provider.stream(request, signal))).rejects.toThrow("refused");
    expect(settled).toEqual([{ promptTokens: 0, completionTokens: 0 }]);
  });

  test("that the account refuses is never asked for", async () => {
    const refused = new OrgError("no", { code: "BUDGET_SPENT", remedies: [] });
    const made: Account = {
      reserve: () => Promise.reject(refused),
    };
    const provider = budgeted(saying(new Error("was asked")), made);
    await expect(Array.fromAsync(provider.stream(request, signal))).rejects.toBe(refused);
  });
});
