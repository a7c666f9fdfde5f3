/** Lines that are answered without a model: learnt in one room, followed in others; the real program on a scripted server. */
import { expect, test } from "bun:test";
import { testHome } from "./org-process.ts";
import { LIVE_AFTER } from "./rules/rules-home.ts";
import { call, say } from "./scripted-answers.ts";
import { type ScriptedServer, scriptedServer } from "./scripted-server.ts";

const PLAIN = ["chat", "--plain"];
const NOTE = "/memory add The opening hours of the shop are nine to five.\n";

/** A model that searches as it is asked to. */
function searching(): ScriptedServer {
  return scriptedServer(({ body: { messages } }) => {
    const last = messages.at(-1);
    const [, query] = /search memory for ([^\n]*)/.exec(last?.content ?? "") ?? [];
    return last?.role === "user" && query !== undefined
      ? call("memory_search", { query })
      : say("Done.");
  });
}

function wishes(from: number, to: number): string {
  const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return numbers.map((n) => `search memory for shop ${n}\n`).join("");
}

test("what a room taught answers there and in other rooms, without a model, also after kill -9", async () => {
  await using server = searching();
  await using home = await testHome();
  await using org = home.start(PLAIN, { url: server.url, stdin: NOTE, keepsTyping: true });
  await org.stdout.shows("m1 saved");
  await org.write(wishes(1, LIVE_AFTER));
  await server.request(2 * LIVE_AFTER - 1);
  // An answer to the next line says that all before it is done.
  await org.write("well\n");
  await server.request(2 * LIVE_AFTER);
  await org.write("search memory for the opening hours\n");
  await org.stdout.shows("⚡ rule r1");
  await org.write("/rules\n");
  await org.stdout.shows("r1  live    agent: search memory for <query> → memory_search query=…");
  expect(server.requests).toHaveLength(2 * LIVE_AFTER + 1);
  expect(await home.run(["backup", "now"])).toMatchObject({ exitCode: 0 });
  org.signal("SIGKILL");
  await org.ended;

  const [rule] = (await home.run(["rules", "list", "--json"])).stdout.trim().split("\n");
  expect(JSON.parse(rule ?? "")).toMatchObject({
    ...{ id: "r1", state: "live", confirmed: LIVE_AFTER, against: 0 },
  });
  const asked = await home.run(["ask", "Please search memory for opening hours."], {
    url: server.url,
  });
  expect(asked).toMatchObject({ exitCode: 0 });
  expect(asked.stdout).toStartWith("⚡ rule r1\n```\nm1 · fact · human · ");
  // What a tool printed is part of no episode.
  expect(asked.stdout.match(/nine to five/g)).toHaveLength(1);
  // Nothing listens there: no server is needed.
  const alone = await home.run(["ask", "search memory for the shop"]);
  expect(alone).toMatchObject({ exitCode: 0 });
  expect(alone.stdout).toStartWith("⚡ rule r1\n");
  expect(server.requests).toHaveLength(2 * LIVE_AFTER + 1);

  expect((await home.run(["rules", "off", "r1"])).stdout).toBe("r1 off\n");
  const off = await home.run(["ask", "search memory for hours"], { url: server.url });
  expect(off.stdout).toBe("Done.\n");
  const shown = await home.run(["rules", "show", "r9"]);
  expect(shown.exitCode).toBe(66);
  expect(shown.stderr).toContain("There is no rule r9 [RULE_UNKNOWN]");
});

test("a mode that there is not is refused with those that there are", async () => {
  await using home = await testHome();
  await Bun.write(`${home.path}/org.config`, '[rules]\nmode = "always"\n');
  const ran = await home.run(["rules", "list"]);
  expect(ran.exitCode).toBe(78);
  expect(ran.stderr).toContain("CONFIG_INVALID");
  expect(ran.stderr).toContain('"live"');
});

test("where no model is reached a few lines are answered, and it is said that none answered", async () => {
  await using home = await testHome();
  await home.run(["memory", "add", "The opening hours of the shop are nine to five."]);
  const NONE = "⚡ no model answered (PROVIDER_UNREACHABLE); the room itself says:\n";
  for (const [line, answer] of [
    ["help", "  search memory for WORDS\n"],
    ["search memory for the opening hours", "nine to five"],
    ["jobs", "No job was ever submitted in this home."],
    ["list files", "There are no files."],
  ] as const) {
    const said = await home.run(["ask", line]);
    expect(said).toMatchObject({ exitCode: 0 });
    expect(said.stdout).toStartWith(NONE);
    expect(said.stdout).toContain(answer);
  }
  expect(await home.run(["ask", "Tell me a story."])).toMatchObject({ exitCode: 69, stdout: "" });
});
