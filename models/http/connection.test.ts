import { expect, test } from "bun:test";
import { getEventListeners } from "node:events";
import { PATIENT } from "#test/patience.ts";
import { hang, say, several } from "../../test/scripted-answers.ts";
import { type ScriptedServer, scriptedServer } from "../../test/scripted-server.ts";
import { readBaseUrl } from "./base-url.ts";
import { Connection } from "./connection.ts";

const body = JSON.stringify({ model: "m", messages: [] });

function connect(server: ScriptedServer, signal: AbortSignal): Connection {
  return new Connection({
    fetch,
    signal,
    timeouts: PATIENT,
    address: readBaseUrl(server.url),
    target: {
      endpoint: server.url,
      model: "m",
      hadTools: false,
      promptTokens: () => 0,
      secrets: [],
    },
  });
}

test("disposing closes the connection, also when the answer was not read", async () => {
  await using server = scriptedServer([several(say("one"), hang())]);
  const unread: Response[] = []; // held on to: the garbage collector would close it too, a second later
  {
    using connection = connect(server, new AbortController().signal);
    unread.push(
      await connection.send(`${server.url}/v1/chat/completions`, { method: "POST", body }),
    );
  }
  await (await server.request(0)).closed;
  expect(unread).toMatchObject([{ status: 200 }]);
});

test("a signal that lives for long gathers no listeners", async () => {
  await using server = scriptedServer(() => say("one"));
  const { signal } = new AbortController();
  for (let i = 0; i < 3; i += 1) {
    using connection = connect(server, signal);
    const response = await connection.send(`${server.url}/v1/chat/completions`, {
      method: "POST",
      body,
    });
    expect(await connection.read(response, 10)).toBe('data: {"id');
  }
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
});
