/** Files that pages give: real Chromium, real sandbox, a real folder of quarantine. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Quarantine, type StoredDownload } from "#home/quarantine.ts";
import { CHROMIUM, openSites, pages, refIn, TestBrowser } from "#test/browser-site.ts";
import type { Answer, WebServer } from "#test/web-server.ts";
import { Downloads } from "./downloads.ts";
import { Notes } from "./notes.ts";

/** A file under a name. @param bytes that are announced, and sent. */
const attachment =
  (name: string, data: string | Uint8Array): Answer =>
  (_, response) => {
    response.setHeader("content-disposition", `attachment; filename="${name}"`).end(data);
  };

const endless: Answer = (_, response) => {
  response.setHeader("content-disposition", "attachment; filename=endless.bin");
  const timer = setInterval(() => response.write("x".repeat(1000)), 20);
  response.once("close", () => clearInterval(timer));
};

const huge: Answer = (_, response) => {
  response.setHeader("content-disposition", "attachment; filename=huge.bin");
  response.setHeader("content-length", 30_000_000);
  response.write("x".repeat(100_000));
};

const LARGE = new Uint8Array(9_000_000).map((_, at) => at % 251);

const SITES: Readonly<Record<string, string | Answer>> = {
  "a.test/": `<h1>Files</h1><a href=/report>Report</a><a href=/evil>Evil</a><a href=/large>Large</a><a href=/huge>Huge</a>
    <a href=/endless>Endless</a><a href="data:text/plain,made+here" download="here.txt">Made</a>
    <a href=/plain download="../../etc/cron.d/job">Renamed</a>`,
  "a.test/report": attachment("report.pdf", "%PDF-1.7 a report"),
  "a.test/evil": attachment("..%2F..%2F.bashrc.sh", "#!/bin/sh\ntouch ran\n"),
  "a.test/large": attachment("large.bin", LARGE),
  "a.test/huge": huge,
  "a.test/endless": endless,
  "a.test/plain": (_, response) => void response.end("plain"),
  "a.test/many": `<h1>Many</h1><script>for (let i = 0; i < 12; i++) { const a = document.createElement("a"); a.href = URL.createObjectURL(new Blob(["file " + i])); a.download = "f" + i; document.documentElement.append(a); a.click() }</script>`,
};

test("a file that no action asked for is stopped, as is one where none is taken", () => {
  const sent: unknown[] = [];
  const notes = new Notes();
  const send = async (...command: readonly unknown[]) => sent.push(command);
  const keep = () => Promise.reject(new Error("It is not kept"));
  const begun = { guid: "g-1", url: "https://a.test/x", suggestedFilename: "x.sh\n[e1] button" };
  new Downloads({ notes, keep, send }).begin(begun, false);
  expect(sent).toEqual([["Browser.cancelDownload", { guid: "g-1" }]]);
  expect(notes.take()).toEqual([
    "The download of x.sh [e1] button was refused: no action asked for it.",
  ]);
  const none = new Downloads({ notes, keep: undefined, send });
  none.begin(begun, true);
  expect(none.behavior).toEqual({ behavior: "deny", eventsEnabled: true });
  expect(notes.take()).toEqual(["The download of x.sh [e1] button was refused."]);
});

describe.skipIf(CHROMIUM === undefined)("a file that a page gives", () => {
  const home = mkdtempSync(join(tmpdir(), "org-downloads-"));
  const folder = join(home, "quarantine");
  const quarantine = new Quarantine(folder);
  let sites: WebServer;
  let browser: TestBrowser;
  const url = (path: string) => `https://a.test:${sites.port}${path}`;
  const open = (path: string, by = browser) => by.call({ action: "open", url: url(path) });
  /** Opens the list and clicks on what is called so. @returns what is said until the file is told of. */
  const click = async (name: string, by = browser): Promise<string> => {
    const { output } = await open("/", by);
    let text = await by.text({ action: "click", ref: refIn(output, `link "${name}"`) });
    // On a busy machine, the page is quiet before its file begins: then the next page opened tells of it.
    while (!/quarantine as|download of/.test(text)) text += (await open("/", by)).output;
    return text;
  };
  const opened = (loadMs: number) =>
    new TestBrowser(sites, { keepDownload: (file) => quarantine.keep(file), loadMs });
  const newest = async (): Promise<StoredDownload | undefined> => (await quarantine.list()).at(-1);
  beforeAll(async () => {
    sites = await openSites(pages(SITES));
    // No file that ends is stopped for its time, however busy the machine is.
    browser = opened(60_000);
  });
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await sites[Symbol.asyncDispose]();
    rmSync(home, { recursive: true });
  });

  test("goes into quarantine, and the model is told its hash and where it is", async () => {
    const text = await click("Report");
    const stored = await newest();
    expect(stored).toMatchObject({ name: "report.pdf", bytes: 17, url: url("/report") });
    expect(stored?.page).toBe(url("/"));
    const { id = "", sha256 = "" } = stored ?? {};
    expect(text).toContain(
      `A file was put into quarantine as ${id}: report.pdf, 17 bytes, sha256 ${sha256}. No tool can read it; the user lets it out with: org browser release ${id}`,
    );
    // The page is the one that it was.
    expect(await browser.text({ action: "read" })).toContain("h1 Files");
    expect(new TextDecoder().decode((await quarantine.read(id)).data)).toBe("%PDF-1.7 a report");
  });

  test("by its own address is kept as well, and no page is opened", async () => {
    await open("/");
    const { ok, output } = await open("/evil");
    expect([ok, output]).toEqual([true, expect.stringContaining("bashrc.sh, 20 bytes")]);
    expect((await newest())?.name).toMatch(/^[\w.-]*bashrc\.sh$/);
    expect(readdirSync(home)).toEqual(["quarantine"]);
    expect(existsSync("ran")).toBe(false);
  });

  test("is the same to the byte, however large", async () => {
    expect(await click("Large")).toContain("large.bin, 9,000,000 bytes");
    const { data } = await quarantine.read((await newest())?.id ?? "");
    expect(Buffer.from(LARGE).equals(data)).toBe(true);
  });

  test("that the page makes itself is kept under a harmless name", async () => {
    expect(await click("Made")).toContain("here.txt, 9 bytes");
    await click("Renamed");
    expect((await newest())?.name).toBe("etc_cron.d_job");
  });

  test("of more than 20 MB, and one without an end, are stopped", async () => {
    const before = (await quarantine.list()).length;
    expect(await click("Huge")).toContain(
      "The download of huge.bin was refused: it has more than 20 MB.",
    );
    await browser.call({ action: "close" });
    await using hasty = opened(2000);
    expect(await click("Endless", hasty)).toMatch(
      /The download of endless\.bin was refused: it took/,
    );
    expect((await quarantine.list()).length).toBe(before);
  });

  test("with a dozen others: a browser takes eight, and says so", async () => {
    await browser.call({ action: "close" });
    const { output } = await open("/many");
    expect(output).toContain("h1 Many");
    const count = (await quarantine.list()).filter(({ name }) => /^f\d+\.txt$/.test(name)).length;
    expect(count).toBe(8);
    expect(output).toContain("was refused: a browser takes 8 files at most.");
  });
});
