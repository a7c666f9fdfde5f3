import { expect, test } from "bun:test";
import type { ErrorCode } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import { type Beat, DONE, memoryProvider, saying } from "#test/memory-provider.ts";
import type { ChatRequest, Provider, ProviderEvent } from "./provider.ts";
import { routed } from "./router.ts";

const request: ChatRequest = { model: "first", messages: [], tools: [] };

test("a missing model and a server that is down are answered by the next one, and that is said", async () => {
  const missing = memoryProvider(() => [failure("MODEL_MISSING")]);
  const down = memoryProvider(() => [failure("PROVIDER_UNREACHABLE")]);
  const here = memoryProvider(() => saying("hello"));
  const events = await ask(routed(missing, [{ provider: down }, { provider: here, model: "b" }]));
  expect(events).toEqual([
    { type: "notice", text: 'MODEL_MISSING!; "first" on memory is asked instead.' },
    { type: "notice", text: 'PROVIDER_UNREACHABLE!; "b" on memory is asked instead.' },
    { type: "text", text: "hello" },
    { type: "finish", reason: "stop" },
  ]);
  expect(here.requests.map(({ model }) => model)).toEqual(["b"]);
});

test("who answers is asked alone", async () => {
  const here = memoryProvider(() => saying("hello"));
  const spare = memoryProvider(() => saying("not asked"));
  await ask(routed(here, [{ provider: spare }]));
  expect(spare.requests).toHaveLength(0);
});

test.each([
  [
    "a word was said",
    [{ type: "text", text: "half" }, failure("PROVIDER_UNREACHABLE")],
    "PROVIDER_UNREACHABLE",
  ],
  ["the server is only busy", [failure("PROVIDER_BUSY")], "PROVIDER_BUSY"],
  ["the prompt is too long", [failure("CONTEXT_OVERFLOW")], "CONTEXT_OVERFLOW"],
] satisfies readonly [string, readonly Beat[], ErrorCode][])(
  "no other model is asked when %s",
  async (_, beats, code) => {
    const spare = memoryProvider(() => [DONE]);
    const stream = routed(
      memoryProvider(() => beats),
      [{ provider: spare }],
    );
    const thrown = await ask(stream).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code });
    expect(spare.requests).toHaveLength(0);
  },
);

test("the last one's failure is the result", async () => {
  const down = memoryProvider(() => [failure("PROVIDER_UNREACHABLE")]);
  const missing = memoryProvider(() => [failure("MODEL_MISSING")]);
  const thrown = await ask(routed(down, [{ provider: missing }])).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: "MODEL_MISSING" });
});

function failure(code: ErrorCode): OrgError {
  return new OrgError(`${code}!`, { code, remedies: [] });
}

async function ask(provider: Provider): Promise<ProviderEvent[]> {
  return await Array.fromAsync(provider.stream(request, new AbortController().signal));
}
