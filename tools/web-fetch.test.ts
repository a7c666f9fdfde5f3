import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { openWorkspace } from "#platform/workspace.ts";
import { type Answer, WebServer } from "#test/web-server.ts";
import { type WebFetchOptions, webFetchTool } from "./web-fetch.ts";

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

async function toolFor(server: WebServer, judge?: WebFetchOptions["judge"]) {
  return webFetchTool({ workspace: await openWorkspace(folder), rules: server.rules, judge });
}

/** Fetches one page of a server that answers as given; its port reads PORT. */
async function fetched(answer: Answer, args: Record<string, unknown> = {}) {
  await using server = await WebServer.open(answer);
  const result = await (await toolFor(server)).run({ url: server.url("/"), ...args }, context);
  return { ...result, output: result.output.replaceAll(String(server.port), "PORT") };
}

test("cleans a page before it is cut: no half of a secret is left", async () => {
  const token = `ghp_${"aB3dE5fG7h".repeat(4)}`;
  const cleaner = new TextCleaner();
  const clean = (text: string) => cleaner.clean(text);
  await using server = await WebServer.open(
    page(`${"x ".repeat(8180)}${token} ${"y ".repeat(99)}`),
  );
  const tool = await toolFor(server);
  const { output } = await tool.run({ url: server.url("/") }, { ...context, clean });
  expect(output).toContain("characters left out");
  expect(output).not.toMatch(/ghp_/);
});

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

test("an error page is read too, and is not a success", async () => {
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
    const refused = await tool.run({ url: server.url("/"), save_to: "../x" }, context);
    expect([refused.ok, server.asked]).toEqual([false, []]);
    expect(refused.output).toContain("PATH_REFUSED");
    const failing = await tool.run({ url: server.url("/"), save_to: "x" }, context);
    expect([failing.ok, failing.output.endsWith("\ngone")]).toEqual([false, true]);
    expect(() => readFileSync(join(folder, "x"))).toThrow("ENOENT");
  });

  test("replaces no file unless the call says so, and then asks no user", async () => {
    await using server = await WebServer.open(page("new"));
    const tool = await toolFor(server);
    const save = (overwrite?: boolean) =>
      tool.run({ url: server.url("/"), save_to: "a.txt", overwrite }, context);
    expect((await save()).ok).toBe(true);
    writeFileSync(join(folder, "a.txt"), "mine");
    const { ok, output } = await save();
    expect([ok, output.split("\n")[0]]).toEqual([false, '"a.txt" is there already [FILE_FAILED]']);
    expect(server.asked).toHaveLength(1);
    expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("mine");
    expect((await save(true)).output).toEndWith("\nsaved to a.txt (3 bytes)");
    expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("new");
  });

  test("replaces no file that came while the page was on its way", async () => {
    const path = join(folder, "a.txt");
    const { ok, output } = await fetched(
      (_request, response) => {
        writeFileSync(path, "mine");
        response.setHeader("Content-Type", "text/plain");
        response.end("new");
      },
      { save_to: "a.txt" },
    );
    expect([ok, readFileSync(path, "utf8"), readdirSync(folder)]).toEqual([
      false,
      "mine",
      ["a.txt"],
    ]);
    expect(output).toContain("choose another name");
  });
});

describe("a redirect", () => {
  const leadsTo =
    (location: (port: number) => string): Answer =>
    (request, response) => {
      response.setHeader("Content-Type", "text/plain");
      if (request.url === "/end") response.end("end");
      else {
        const to = location(request.socket.localPort ?? 0);
        response.writeHead(302, { Location: to }).end();
      }
    };
  const elsewhere = leadsTo((port) => `http://other.example:${port}/end`);

  test("within the host is followed", async () => {
    expect((await fetched(leadsTo(() => "/end"))).output).toEndWith("\nend");
  });

  test("to another host is a question of its own, and nothing is sent there", async () => {
    await using server = await WebServer.open(elsewhere);
    const { ok, output } = await (await toolFor(server)).run({ url: server.url("/") }, context);
    expect([ok, server.asked]).toEqual([false, [`GET page.example:${server.port}/`]]);
    expect(output).toContain(`http://other.example:${server.port}/end`);
    expect(output).toContain('Wall "redirect-host"');
  });

  test("goes where the policy lets this persona go without asking, and never where it denies", async () => {
    await using server = await WebServer.open(elsewhere);
    const urls: string[] = [];
    const open = await toolFor(server, (url, persona) => {
      urls.push(`${persona} ${new URL(url).hostname}`);
      return "allow";
    });
    expect((await open.run({ url: server.url("/") }, context)).output).toEndWith("\nend");
    expect(urls).toEqual(["agent other.example"]);
    await using within = await WebServer.open(leadsTo(() => "/end"));
    const closed = await toolFor(within, () => "deny");
    const { output } = await closed.run({ url: within.url("/") }, context);
    expect(output).toContain('Wall "redirect-host"');
    expect(within.asked).toHaveLength(1);
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

test("an abort is not a result", async () => {
  await using server = await WebServer.open(() => undefined);
  const stop = new AbortController();
  const tool = await toolFor(server);
  const running = tool.run({ url: server.url("/") }, { ...context, signal: stop.signal });
  stop.abort(new Error("the user cancelled it"));
  await expect(running).rejects.toThrow("the user cancelled it");
});

test("the schema stays small, and offers no way but GET", async () => {
  const { schema } = webFetchTool({ workspace: await openWorkspace(folder) });
  expect(JSON.stringify(schema).length / 4).toBeLessThan(120);
  expect(Object.keys(schema.parameters["properties"] ?? {})).toEqual([
    "url",
    "save_to",
    "overwrite",
  ]);
});
