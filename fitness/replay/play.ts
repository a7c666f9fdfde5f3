/** Plays a scenario to a generation over its port, as any other client would. */
import { createParser } from "eventsource-parser";
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import { sendRequest } from "#platform/net/http-client.ts";
import type { CompletionServer } from "./completion-server.ts";
import type { Scenario } from "./scenario.ts";
import type { Played } from "./score.ts";

export interface Stage {
  /** Of the generation. */
  readonly port: number;
  /** The model that it talks to. */
  readonly model: CompletionServer;
}

/** Longest answer in milliseconds; a tool may take ten seconds a call. */
const ANSWER_MS = 120_000;

const eventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("answer"), text: z.string() }),
  z.object({ type: z.literal("tool-result"), id: z.string(), name: z.string(), ok: z.boolean() }),
  z.object({ type: z.literal("turn-end"), reason: z.string(), code: z.string().optional() }),
]);

const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** @throws {OrgError} `PROCESS_FAILED` when the generation cannot answer at all: that is not a result. */
export async function playScenario(
  { port, model }: Stage,
  { say, completions }: Scenario,
  signal: AbortSignal,
): Promise<Played> {
  model.rewind(completions);
  const rules = {
    ports: [port],
    allowAddress: (address: string) => address === "127.0.0.1",
    limits: { totalMs: ANSWER_MS, idleMs: ANSWER_MS },
  };
  const request = {
    url: `http://127.0.0.1:${port}/v1/messages`,
    method: "POST",
    headers: { "content-type": "application/json" },
    body: new TextEncoder().encode(JSON.stringify({ text: say })),
  };
  const { body } = await sendRequest(request, rules, signal);
  return readPlayed(new TextDecoder().decode(body), model.toolOutputs);
}

function reasonOf({
  reason,
  code,
}: {
  readonly reason: string;
  readonly code?: string | undefined;
}): string {
  if (code === "PROVIDER_UNREACHABLE") throw broken(`${code}: its model does not answer.`);
  return reason;
}

function brokenStage(data: string): OrgError {
  const failure = errorSchema.safeParse(JSON.parse(data)).data?.error;
  return broken(
    failure === undefined ? "It answered with an error." : `${failure.code}: ${failure.message}.`,
  );
}

/** Where nothing was played at all, two scores are equal and mean nothing. */
function broken(why: string): OrgError {
  return new OrgError("A generation did not answer the suite", {
    code: "PROCESS_FAILED",
    why,
    remedies: ["org doctor"],
    unchanged: "No verdict was given.",
  });
}

function readPlayed(stream: string, toolOutputs: ReadonlyMap<string, string>): Played {
  const calls: { name: string; ok: boolean; output: string }[] = [];
  let [answer, reason] = ["", ""];
  const parser = createParser({
    onEvent: ({ event: kind, data }) => {
      if (kind === "error") throw brokenStage(data);
      const event = eventSchema.safeParse(JSON.parse(data)).data;
      if (event?.type === "answer") answer = event.text;
      if (event?.type === "turn-end") reason = reasonOf(event);
      if (event?.type !== "tool-result") return;
      calls.push({ name: event.name, ok: event.ok, output: toolOutputs.get(event.id) ?? "" });
    },
  });
  parser.feed(stream);
  return { calls, answer, reason };
}
