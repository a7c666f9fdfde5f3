/** The browser of a room on a site of the loopback, with real Chromium; pages that attack it: test/browser-attacks.e2e.test.ts. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { CHROMIUM, openSites, pages, refIn, TestBrowser } from "#test/browser-site.ts";
import type { WebServer } from "#test/web-server.ts";

const SITES = pages({
  "good.test/": `<title>Shop</title><h1>Shop</h1><a href=/two>Two</a><a href=/new target=_blank>New</a>
    <input aria-label=Name><input type=password aria-label=Pin><input type=date aria-label=Day>
    <select aria-label=Size><option>Small<option>Large</select><button onclick="this.remove()">Go away</button>
    <a href="https://evil.test/">Evil</a><input aria-label=Fixed readonly value=1>`,
  "good.test/two": "<title>Two</title><h1>Two</h1><script>alert('hello')</script>",
  "good.test/new": "<h1>New</h1>",
  "good.test/framed": `<h1>Outside</h1><iframe title=in srcdoc="<button onclick='this.textContent=1'>Inner</button>"></iframe>
    <button style="position:absolute;left:0;top:300px;width:200px;height:40px">Below</button>
    <div style="position:absolute;left:0;top:300px;width:300px;height:90px">On top</div>`,
  "good.test/huge": `<h1>Huge</h1><script>for (let i = 0; i < 41000; i++) document.body.append(document.createElement("i"))</script>`,
  "good.test/form": "<form method=post action=/sent><button>Send</button></form>",
  "good.test/sent": "<h1>Sent</h1>",
  "good.test/upload": `<input type=file aria-label=Letter onchange="this.files[0].text().then((t) => { o.textContent = this.files[0].name + ' says ' + t })"><p id=o></p>`,
  "good.test/long": Array.from({ length: 900 }, (_, at) => `<p>row ${at} of many`).join(""),
  "good.test/secret": `<p>${"ghp_"}${"aB3dE5fG7h".repeat(4)}`,
});

describe.skipIf(CHROMIUM === undefined)("the browser of a room", () => {
  let sites: WebServer;
  let browser: TestBrowser;
  const url = (path = "/") => `https://good.test:${sites.port}${path}`;
  const open = async (path = "/") => await browser.text({ action: "open", url: url(path) });
  beforeAll(async () => {
    sites = await openSites(SITES);
    browser = new TestBrowser(sites);
  });
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await sites[Symbol.asyncDispose]();
  });

  test("runs nothing before it is used, and says what to do first", async () => {
    for (const action of ["read", "click", "back", "screenshot"]) {
      expect(browser.judged({ action, ref: "e1", url: "https://x.test/", element: "x" })).toEqual({
        action,
        ref: "e1",
      });
      const answer = await browser.call({ action, ref: "e1" });
      expect(answer).toEqual({ ok: false, output: "No page is open: open an address first." });
    }
    expect(await browser.text({ action: "close" })).toBe("The browser is closed.");
    expect(browser.browser.approvedHosts("agent")).toEqual([]);
  });

  test("shows a page, follows links, goes back, and tells of dialogs", async () => {
    const page = await open();
    expect(page).toStartWith(`Page ${url()} "Shop"\nWhat the page says`);
    expect(browser.browser.approvedHosts("agent")).toEqual(["good.test"]);
    expect(browser.browser.approvedHosts("python")).toEqual([]);
    const two = await browser.text({ action: "click", ref: refIn(page, 'link "Two"') });
    expect(two).toContain("A dialog (alert) was answered with OK; it said: hello");
    expect(await browser.text({ action: "back" })).toContain("h1 Shop");
    expect(await browser.text({ action: "back" })).toBe("There is no page before this one.");
  });

  test("types, chooses and presses, and tells what changed", async () => {
    const page = await open();
    const type = async (on: string, text: string) =>
      await browser.text({ action: "type", ref: refIn(page, on), text });
    expect(await type('textbox "Name"', "Ada")).toContain('textbox "Name" = "Ada"');
    expect(await type('textbox "Name"', "Grace")).toContain('textbox "Name" = "Grace"');
    expect(await browser.text({ action: "press", text: "!" })).toContain('= "Grace!"');
    expect(await type('textbox "Name"', "")).not.toContain("Grace");
    expect(await type('date "Day"', "2027-05-03")).toContain("2027");
    expect(await type('textbox "Fixed"', "2")).toBe("It is read-only or disabled.");
    expect(await type('link "Two"', "x")).toContain("It takes no text");
    const size = { action: "select", ref: refIn(page, 'combobox "Size"') };
    expect(await browser.text({ ...size, text: "large" })).toContain('combobox "Size" = "Large"');
    expect(await browser.text({ ...size, text: "Huge" })).toBe(
      'It has no such option; there are: "Small", "Large".',
    );
    expect(await browser.text({ action: "press", text: "Hyper" })).toBe('"Hyper" is not a key.');
    expect(await browser.text({ action: "click" })).toBe("click needs a ref, such as e12.");
    expect(await browser.text({ action: "type", ref: refIn(page, 'textbox "Name"') })).toBe(
      "type needs a text.",
    );
    const list = { action: "select", ref: refIn(page, 'textbox "Name"'), text: "x" };
    expect(await browser.text(list)).toContain("It is not a list");
  });

  test("says of an element that is gone that it is gone, on this page and the next", async () => {
    const page = await open();
    const ref = refIn(page, 'button "Go away"');
    await browser.call({ action: "click", ref });
    const gone = `${ref} is gone: read the page again, and use a name that it shows.`;
    expect(await browser.text({ action: "click", ref })).toBe(gone);
    await open("/two");
    expect(await browser.text({ action: "click", ref })).toBe(gone);
    expect(await browser.text({ action: "read", ref: "m999" })).toContain("m999 is gone");
  });

  test("says to the policy where it is, what is used, and that it is a password", async () => {
    const page = await open();
    const pin = { action: "type", ref: refIn(page, 'textbox "Pin"'), text: "1" };
    expect(browser.judged({ ...pin, element: "harmless", password: false })).toEqual({
      ...pin,
      ...{ url: url(), element: 'textbox "Pin"', password: true },
    });
    expect(browser.judged({ action: "open", url: "good.test" })).toEqual({
      action: "open",
      url: "good.test",
    });
  });

  test("opens a link of its own window, and comes back from it", async () => {
    const page = await open();
    const opened = await browser.text({ action: "click", ref: refIn(page, 'link "New"') });
    expect(opened).toContain("It opened in a new window; back returns to the one before.");
    expect(await browser.text({ action: "back" })).toContain("h1 Shop");
  });

  test("stays where it is when a link leads to a host that was not approved", async () => {
    const page = await open();
    const answer = await browser.text({ action: "click", ref: refIn(page, 'link "Evil"') });
    expect(answer).toContain("Not approved, so the page was kept from evil.test.");
    expect(await browser.text({ action: "read" })).toContain("h1 Shop");
  });

  test("gives a long page in parts, and reads from an element on", async () => {
    const page = await open("/long");
    const [, more = ""] = /read (m\d+)$/.exec(page) ?? [];
    expect(await browser.text({ action: "read", ref: more })).toContain("row 899 of many");
    const shop = await open();
    const from = await browser.text({ action: "read", ref: refIn(shop, 'textbox "Pin"') });
    expect(from).not.toContain("h1 Shop");
    expect(from).toContain('textbox "Pin"');
  });

  test("reads and uses what stands in a frame, and nothing that lies below something else", async () => {
    const page = await open("/framed");
    expect(page).toContain('frame "in"');
    const pressed = await browser.text({ action: "click", ref: refIn(page, 'button "Inner"') });
    expect(pressed).toContain('button "1"');
    const below = await browser.call({ action: "click", ref: refIn(page, 'button "Below"') });
    expect(below).toEqual({
      ok: false,
      output: 'Something else lies over it (div "On top"): use that first, or press Escape.',
    });
  });

  test("tells of a page of 41,000 elements the beginning of its text", async () => {
    expect(await open("/huge")).toContain("too many to name");
  });

  test("sends a form only when the action was approved to", async () => {
    const page = await open("/form");
    const send = { action: "click", ref: refIn(page, 'button "Send"') };
    expect(await browser.text(send)).toContain(
      "Stopped, because it would send something: good.test.",
    );
    expect(await browser.text({ ...send, submit: true })).toContain("h1 Sent");
  });

  test("gives a page the file that the user was asked about, and no other", async () => {
    const files = { "notes/letter.txt": "Dear newt", "key.txt": "swordfish-1" };
    const readFile = async (path: string) => {
      const data = new TextEncoder().encode(Object(files)[path] ?? "");
      return data.length === 0 ? undefined : { bytes: data.length, data };
    };
    await using own = new TestBrowser(sites, { readFile });
    const page = await own.text({ action: "open", url: url("/upload") });
    const ref = refIn(page, "button");
    const type = { action: "type", ref, text: "notes/letter.txt" };
    // No model can say in our place that it was asked about.
    expect(await own.text({ ...type, upload: true })).toContain("the user is asked then");
    expect(own.judged(type)).toMatchObject({ upload: true, text: "notes/letter.txt" });
    expect(await own.text({ ...type, text: "none.txt" })).toContain("There is no file");
    const { signal } = new AbortController();
    const clean = (text: string) => text.replace("swordfish-1", "[redacted]");
    const context = { signal, persona: "agent", clean };
    const secret = await own.tool.run(own.judged({ ...type, text: "key.txt" }), context);
    expect(secret.output).toContain("holds a secret");
    await own.text(type);
    expect(await own.text({ action: "read" })).toContain("letter.txt says Dear newt");
  });

  test("takes a picture", async () => {
    await open();
    expect(await browser.text({ action: "screenshot" })).toMatch(
      /^A picture of the page is at screenshots\/1\.jpg \(1024 x 768, [\d,]+ bytes\)\.$/,
    );
    const [jpeg = new Uint8Array()] = browser.images;
    expect([...jpeg].slice(0, 2)).toEqual([0xff, 0xd8]);
    const { images } = await browser.tool.run(
      { action: "screenshot" },
      {
        ...{ persona: "agent", signal: new AbortController().signal },
      },
    );
    expect(images).toMatchObject([{ name: "screenshots/2.jpg", mediaType: "image/jpeg" }]);
  });

  test("cleans what a page says before it cuts it", async () => {
    const { tool } = browser;
    const clean = (text: string) => text.replaceAll(/ghp_\w+/g, "[secret]\n");
    const context = { signal: new AbortController().signal, persona: "agent", clean };
    const args = browser.judged({ action: "open", url: url("/secret") });
    expect((await tool.run(args, context)).output).toContain("[secret]");
  });

  test("an address that cannot be opened is told with why", async () => {
    const { ok, output } = await browser.call({ action: "open", url: "file:///etc/passwd" });
    expect([ok, output]).toEqual([false, expect.stringContaining("NETWORK_REFUSED")]);
    const stop = new AbortController();
    stop.abort(new Error("the user stopped it"));
    const context = { signal: stop.signal, persona: "agent" };
    await expect(browser.tool.run({ action: "read" }, context)).rejects.toThrow(
      "the user stopped it",
    );
  });
});
