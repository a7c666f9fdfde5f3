import { describe, expect, test } from "bun:test";
import { completeText } from "./complete.ts";
import type { FinishReason, Provider, ProviderEvent } from "./provider.ts";

/** Says these pieces, and tells whether it was left before its end. */
function speaker(pieces: readonly string[], reason: FinishReason = "stop") {
  const seen = { isLeft: true };
  const provider: Provider = {
    endpoint: "test",
    listModels: async () => ["m"],
    stream: async function* (): AsyncGenerator<ProviderEvent, void> {
      for (const text of pieces) {
        yield { type: "reasoning", text: "hm" };
        yield { type: "notice", text: `${text}?` };
        yield { type: "text", text };
      }
      seen.isLeft = false;
      yield { type: "finish", reason };
    },
  };
  return { provider, seen };
}

const request = { model: "m", messages: [], tools: [] };
const { signal } = new AbortController();

describe("a completion as one text", () => {
  test("is what was said, without the thinking", async () => {
    const { provider } = speaker(["a", "b"]);
    expect(await completeText(provider, request, { signal })).toEqual({ text: "ab", end: "stop" });
  });

  test("hands on what a person should know meanwhile", async () => {
    const told: string[] = [];
    const onNotice = (text: string): void => void told.push(text);
    await completeText(speaker(["a", "b"]).provider, request, { signal, onNotice });
    expect(told).toEqual(["a?", "b?"]);
  });

  test("tells that the server's limit ended it", async () => {
    const { provider } = speaker(["a"], "length");
    expect(await completeText(provider, request, { signal })).toEqual({ text: "a", end: "length" });
  });

  test("is left as soon as it is too long", async () => {
    const { provider, seen } = speaker(["abc", "def"]);
    const said = await completeText(provider, request, { signal, maxCharacters: 2 });
    expect(said.end).toBe("overlong");
    expect(seen.isLeft).toBe(true);
  });

  test("that broke off is none", async () => {
    for (const reason of ["cut", "filtered"] as const) {
      const { provider } = speaker(["a"], reason);
      const failure = await completeText(provider, request, { signal }).catch(
        (error: unknown) => error,
      );
      expect(failure).toMatchObject({ code: "STREAM_CUT" });
    }
  });
});
