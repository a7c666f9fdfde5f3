#!/usr/bin/env bun
/** What three clients make of the streams that servers really send: ours, the openai package, the AI SDK. */
import { fieldsOf, parseJson } from "#core/json.ts";
import { CALL_QUIRKS } from "#test/quirks/calls.ts";
import { CONTENT_QUIRKS } from "#test/quirks/content.ts";
import { ENDING_QUIRKS } from "#test/quirks/endings.ts";
import { NOTHING } from "#test/quirks/quirk.ts";
import { raw } from "#test/scripted-answers.ts";
import { scriptedServer } from "#test/scripted-server.ts";
import { MODEL } from "./support/chat-wire.ts";
import { askAi, askOpenAi, askOurs, type Client } from "./support/quirk-clients.ts";
import { verdictOn } from "./support/quirk-verdict.ts";
import { type Grid, publish } from "./support/report.ts";

/** The row that is about what is added to all others; see {@link withNothingElseMissing}. */
const WITHOUT_ROLE = "no chunk names a role";
const QUIRKS = [...CALL_QUIRKS, ...CONTENT_QUIRKS, ...ENDING_QUIRKS];
const TOOL_NAMES = QUIRKS.flatMap(({ ours }) => (ours.calls ?? []).map(([name]) => name));

/** What every chunk begins with. */
const HEAD = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 0, model: MODEL };

const clients: Readonly<Record<string, Client>> = {
  ours: askOurs,
  "openai .stream()": askOpenAi,
  "ai streamText": askAi([...new Set(TOOL_NAMES)]),
};

publish([await play()]);

async function play(): Promise<Grid> {
  let body = "";
  await using server = scriptedServer(() => raw(body));
  const rows: string[][] = [];
  for (const quirk of QUIRKS) {
    body = quirk.name === WITHOUT_ROLE ? quirk.body : withNothingElseMissing(quirk.body);
    const row = [quirk.name];
    for (const ask of Object.values(clients)) {
      row.push(verdictOn(await ask(`${server.url}/v1`), { ...NOTHING, ...quirk.ours }));
    }
    rows.push(row);
  }
  const right = Object.keys(clients).map(
    (_, index) => `${rows.filter((row) => row[index + 1] === "ok").length} of ${rows.length} ok`,
  );
  return {
    title: `quirks: ${rows.length} streams as servers send them, and what becomes of them`,
    head: ["", ...Object.keys(clients)],
    rows: [...rows, ["", ...right]],
  };
}

/**
 * The rows hold what they are about and little else. Clients that insist on the rest of the protocol
 * shall fail at the quirk or not at all.
 */
function withNothingElseMissing(body: string): string {
  let role: string | undefined = "assistant";
  return body.replace(/(?<=^\uFEFF?data: ?)\{.*\}(?=\r?$)/gm, (payload) => {
    const chunk = fieldsOf(parseJson(payload));
    if (!Array.isArray(chunk["choices"])) return payload;
    const choices = chunk["choices"].map((choice) => {
      const { delta, ...rest } = fieldsOf(choice);
      const first = role === undefined ? {} : { role };
      role = undefined;
      return { index: 0, delta: { ...first, ...fieldsOf(delta) }, finish_reason: null, ...rest };
    });
    return JSON.stringify({ ...HEAD, ...chunk, choices });
  });
}
