import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openWorkspace } from "#platform/workspace.ts";
import { type Answer, WebServer } from "#test/web-server.ts";
import { webFetchTool } from "./web-fetch.ts";

const context = { signal: new AbortController().signal, persona: "agent" };

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-fetch-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const page =
  (body: string | Uint8Array, contentType = "text/plain", status = 200): Answer =>
  (_request, response) => {
    response.writeHead(status, { "Content-Type": contentType });
    response.end(body);
  };

async function toolFor(server: WebServer, now: () => number = () => 0) {
  return webFetchTool({ workspace: await openWorkspace(folder), rules: server.rules, now });
}

/** Fetches one page of a server that answers as given; its port reads PORT. */
async function fetched(answer: Answer, args: Record<string, unknown> = {}) {
  await using server = await WebServer.open(answer);
  const result = await (await toolFor(server)).run({ url: server.url("/"), ...args }, context);
  return { ...result, output: result.output.replaceAll(String(server.port), "PORT") };
}

test("reads a page as text, with a line about where it came from", async () => {
  const html = '<title>Hi</title><p>Read <a href="/more">more</a></p><script>x</script>';
  expect(await fetched(page(html, "text/html; charset=utf-8"))).toEqual({
    ok: true,
    output: `200 http://page.example:PORT/ (text/html, 71 bytes)
Hi

Read [more](http://page.example:PORT/more)`,
  });
});

test("reads what is text as it is, in the character set that it names", async () => {
  const { output } = await fetched(page('{"a": [1]}\n', "application/json"));
  expect(output).toEndWith('(application/json, 11 bytes)\n{"a": [1]}');
  const latin = await fetched(
    page(Uint8Array.of(0x67, 0x72, 0xf6), "text/plain; charset=iso-8859-1"),
  );
  expect(latin.output).toEndWith("\ngrö");
  const unknown = await fetched(page("größe", 'text/plain; charset="none-such"'));
  expect(unknown.output).toEndWith("\ngröße");
});

test("a long page is cut, and says how to get the rest", async () => {
  const { output } = await fetched(page("x".repeat(20_000)));
  expect(output).toEndWith("x\n[… 3,616 characters left out; save_to keeps the whole]");
  expect(output.length).toBeLessThan(16_600);
});

test("an error page is read too, and is no success", async () => {
  const { ok, output } = await fetched(page("gone", "text/plain", 404));
  expect([ok, output]).toEqual([
    false,
    "404 http://page.example:PORT/ (text/plain, 4 bytes)\ngone",
  ]);
});

describe("save_to", () => {
  test("writes the page unchanged into the workspace, and does not show it", async () => {
    const html = "<p>größe</p>";
    const { ok, output } = await fetched(page(html, "text/html"), { save_to: "pages/a.html" });
    expect(ok).toBe(true);
    expect(output).toEndWith("\nsaved to pages/a.html (14 bytes)");
    expect(output).not.toContain("größe");
    expect(readFileSync(join(folder, "pages/a.html"), "utf8")).toBe(html);
  });

  test("is checked before anything is asked, and an error page is not saved", async () => {
    await using server = await WebServer.open(page("gone", "text/plain", 500));
    const tool = await toolFor(server);
    const outside = await tool.run({ url: server.url("/"), save_to: "../x" }, context);
    expect([outside.ok, server.asked]).toEqual([false, []]);
    expect(outside.output).toContain("PATH_REFUSED");
    const failing = await tool.run({ url: server.url("/"), save_to: "x" }, context);
    expect([failing.ok, failing.output.endsWith("\ngone")]).toEqual([false, true]);
    expect(() => readFileSync(join(folder, "x"))).toThrow("ENOENT");
  });
});

test("a wall is a result that the model can read", async () => {
  const { ok, output } = await fetched(page("x", "image/png"));
  expect([ok, output]).toEqual([
    false,
    `The request to "page.example:PORT" was refused [NETWORK_REFUSED]
Wall "content-type": The answer is "image/png".
→ ask for a page or a text file`,
  ]);
  const tool = webFetchTool({ workspace: await openWorkspace(folder) });
  for (const url of [
    "http://127.0.0.1/",
    "http://[::1]/",
    "http://localhost/",
    "file:///etc/passwd",
  ]) {
    const refused = await tool.run({ url }, context);
    expect([url, refused.ok]).toEqual([url, false]);
    expect(refused.output).toContain("NETWORK_REFUSED");
  }
});

test("an abort is no result", async () => {
  await using server = await WebServer.open(() => undefined);
  const stop = new AbortController();
  const tool = await toolFor(server);
  const running = tool.run({ url: server.url("/") }, { ...context, signal: stop.signal });
  stop.abort(new Error("the user cancelled it"));
  await expect(running).rejects.toThrow("the user cancelled it");
});

test("may be called 30 times a minute", async () => {
  await using server = await WebServer.open(page("x"));
  let now = 0;
  const tool = await toolFor(server, () => now);
  const call = () => tool.run({ url: server.url("/") }, context);
  const results = await Promise.all(Array.from({ length: 31 }, call));
  expect(results.filter(({ ok }) => ok)).toHaveLength(30);
  expect(results[30]).toEqual({
    ok: false,
    output:
      '"web_fetch" may be called 30 times a minute; nothing was sent. The next call is possible in 2 s.',
  });
  expect(server.asked).toHaveLength(30);
  now = 2000;
  expect((await call()).ok).toBe(true);
  expect((await call()).ok).toBe(false);
});

test("the schema stays small, and offers no way but GET", async () => {
  const { schema } = webFetchTool({ workspace: await openWorkspace(folder) });
  expect(JSON.stringify(schema).length / 4).toBeLessThan(120);
  expect(Object.keys(schema.parameters["properties"] ?? {})).toEqual(["url", "save_to"]);
});
