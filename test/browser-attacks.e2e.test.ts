/** Pages that are made to harm: one browser for all of them, real sandbox, real proxy. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { CHROMIUM, openSites, pages, refIn, TestBrowser } from "./browser-site.ts";
import { until } from "./until.ts";
import type { Answer, WebServer } from "./web-server.ts";

const leadsTo =
  (to: (port: number) => string): Answer =>
  (request, response) => {
    response.writeHead(302, { location: to(request.socket.localPort ?? 0) }).end();
  };

/** Where pages of an attacker would like to lead. */
const PLACES: Readonly<Record<string, (port: number) => string>> = {
  "another-host": (port) => `https://evil.test:${port}/stolen`,
  loopback: (port) => `https://127.0.0.1:${port}/stolen`,
  "loopback-6": (port) => `https://[::1]:${port}/stolen`,
  localhost: (port) => `https://localhost:${port}/stolen`,
  metadata: () => "https://169.254.169.254/latest/meta-data/",
  plain: (port) => `http://good.test:${port}/stolen`,
  file: () => "file:///etc/passwd",
  data: () => "data:text/html,<h1>stolen</h1>",
  chrome: () => "chrome://settings",
};

const endless: Answer = (_, response) => {
  response.setHeader("content-type", "text/html");
  response.write("<h1>Endless</h1>");
  // However slow the browser is, it has not got more elements than are named before it reads them.
  const timer = setInterval(() => response.write("<p>and on it goes</p>".repeat(5)), 5);
  response.once("close", () => clearInterval(timer));
};

const SITES: Readonly<Record<string, string | Answer>> = {
  ...Object.fromEntries(
    Object.entries(PLACES).flatMap(([name, to]): [string, Answer][] => [
      [`good.test/redirect/${name}`, leadsTo(to)],
      [`good.test/twice/${name}`, leadsTo(() => `/redirect/${name}`)],
      [
        `good.test/script/${name}`,
        (request, response) => {
          const place = to(request.socket.localPort ?? 0);
          const tries = `location.href = p; open(p); const f = document.createElement("iframe"); f.src = p; document.body.append(f)`;
          response.setHeader("content-type", "text/html");
          response.end(
            `<h1>Here</h1><script>const p = ${JSON.stringify(place)}; ${tries}</script>`,
          );
        },
      ],
    ]),
  ),
  "good.test/": "<h1>Good</h1>",
  "good.test/big": `<main>${Array.from({ length: 10_000 }, (_, at) => `<p><a href=/${at}>link ${at}</a>`).join("")}</main>`,
  "good.test/huge": `<h1>Huge</h1><script>for (let i = 0; i < 60000; i++) document.body.append(document.createElement("i"))</script>`,
  "good.test/endless": endless,
  "good.test/growing":
    "<h1>Growing</h1><ul id=u></ul><script>setInterval(() => u.insertAdjacentHTML('beforeend', '<li>more'.repeat(2)), 1)</script>",
  "good.test/busy": "<h1>Busy</h1><script>setTimeout(() => { for (;;); }, 50)</script>",
  "good.test/alerts":
    "<h1>Alerts</h1><script>setTimeout(() => { for (;;) alert('again') }, 50)</script>",
  "good.test/popups": `<button onclick="for (let i = 0; i < 60; i++) window.open('/?' + i, '_blank', 'width=10')">Go</button><button onclick="setTimeout(() => window.open('/late'), 1000)">Later</button>`,
  "good.test/downloads": `<a href=/file download=evil.sh>Take it</a><script>for (let i = 0; i < 5; i++) { const a = document.createElement("a"); a.href = "/file?" + i; a.download = "x" + i; document.documentElement.append(a); a.click() }</script>`,
  "good.test/file": (_, response) =>
    void response.setHeader("content-disposition", "attachment").end("x"),
  "good.test/upload": "<label>File <input type=file></label>",
  "good.test/sends": `<h1>Sends</h1><script>
    fetch("/posted/fetch", { method: "POST", body: "x" }).catch(() => {});
    navigator.sendBeacon("/posted/beacon", "x");
    const x = new XMLHttpRequest(); x.open("PUT", "/posted/xhr"); x.send("x");
    new Worker(URL.createObjectURL(new Blob(["fetch('https://good.test:" + location.port + "/posted/worker', {method: 'POST'})"])));
    navigator.serviceWorker.register("/posted.js");
    const f = document.createElement("form"); f.method = "post"; f.action = "/posted/form"; document.body.append(f); f.submit();
  </script>`,
  "good.test/posted.js": (_, response) => {
    const script = "self.oninstall = () => fetch('/posted/service', { method: 'POST' })";
    response.setHeader("content-type", "text/javascript").end(script);
  },
  "good.test/changes": `<button onclick="this.textContent='Pay 1,000'">Cancel</button>`,
  "good.test/covered": `<button style="position:absolute;left:0;top:0;width:200px;height:40px">Below</button><div style="position:absolute;left:0;top:0;width:300px;height:90px;background:red">On top</div>`,
  "good.test/phish": `<input type=password aria-label=Pin><div id=h></div><script>h.attachShadow({mode:"open"}).innerHTML = "<input type=password aria-label=Hidden>"</script>`,
  "good.test/moves": `<button onclick="location.href='https://other.test:' + location.port + '/'">Move</button>`,
  "other.test/": "<h1>Other</h1><button>Buy</button>",
  "good.test/outer": (request, response) => {
    const inner = `https://other.test:${request.socket.localPort}/inner`;
    response
      .setHeader("content-type", "text/html")
      .end(`<h1>Outer</h1><iframe src="${inner}"></iframe>`);
  },
  "other.test/inner": "<button onclick=\"document.body.append('pressed within')\">Inner</button>",
};

/** Reads until a text appears. */
async function readUntil(browser: TestBrowser, wanted: string): Promise<string> {
  let text = "";
  const isThere = async (): Promise<boolean> => {
    text = await browser.text({ action: "read" });
    return text.includes(wanted);
  };
  await until(`"${wanted}" is read`, isThere).catch((cause: unknown) => {
    throw new Error(`Never read ${wanted}, but:\n${text}`, { cause });
  });
  return text;
}

describe.skipIf(CHROMIUM === undefined)("a hostile page", () => {
  let sites: WebServer;
  let browser: TestBrowser;
  /** Waits less for pages to load. */
  let impatient: TestBrowser;
  const url = (path: string, host = "good.test") => `https://${host}:${sites.port}${path}`;
  const open = (path: string, more: Readonly<Record<string, unknown>> = {}) =>
    browser.call({ action: "open", url: url(path), ...more });
  const plain = (text: string) => text.replaceAll(String(sites.port), "PORT");
  beforeAll(async () => {
    sites = await openSites(pages(SITES));
    browser = new TestBrowser(sites);
    impatient = new TestBrowser(sites, { loadMs: 1000 });
    await open("/");
  });
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await impatient[Symbol.asyncDispose]();
    await sites[Symbol.asyncDispose]();
  });
  const stolen = () =>
    sites.asked.filter((one) => one.includes("/stolen") || !/ (?:good|other)\.test:/.test(one));

  test.each(Object.keys(PLACES))(
    "leads no page to %s: by a redirect, by two, by a script",
    async (name) => {
      for (const way of ["redirect", "twice", "script"]) {
        const { output } = await open(`/${way}/${name}`);
        // What a page writes into a frame of its own is the page's.
        expect(output).toMatch(/^(?:Page )?https:\/\/good\.test:/);
        expect(output).not.toMatch(/^h1 stolen|root:|Settings/m);
      }
      expect(stolen()).toEqual([]);
      expect((await open("/")).output).toContain("h1 Good");
    },
  );

  test("of 10,000 links is read in parts, up to the last one", async () => {
    let { output } = await open("/big");
    expect(output.length).toBeLessThan(9000);
    expect(output).toContain('link "link 0"');
    for (
      let more = /read (m\d+)$/.exec(output)?.[1];
      more !== undefined;
      more = /read (m\d+)$/.exec(output)?.[1]
    ) {
      ({ output } = await browser.call({ action: "read", ref: more }));
      expect(output.length).toBeLessThan(9000);
    }
    expect(output).toContain('link "link 9999"');
  });

  test.each([
    ["of 60,000 elements", "/huge", "too many to name"],
    ["that never ends to load", "/endless", "h1 Endless"],
    ["that grows without end", "/growing", "h1 Growing"],
  ])("%s is read as far as it goes", async (_, path, shown) => {
    const { output } = await impatient.call({ action: "open", url: url(path) });
    expect(output).toContain(shown);
    expect(output.length).toBeLessThan(9000);
  });

  test.each(["/busy", "/alerts"])("that lets no user in is closed: %s", async (path) => {
    const closed = async (actionMs: number): Promise<string> => {
      await using other = new TestBrowser(sites, { actionMs, loadMs: 1000 });
      const first = await other.text({ action: "open", url: url(path) });
      const second = await other.text({ action: "read" });
      const seconds = actionMs / 1000;
      const said = `The page did not answer within ${seconds} s and was closed.`;
      expect(`${first}\n${second}`).toContain(said);
      return await other.text({ action: "open", url: url("/") });
    };
    let next = "";
    // On a busy machine a page that answers takes longer than so short an action, too.
    for (const actionMs of [1000, 4000, 16_000, 64_000]) {
      next = await closed(actionMs);
      if (next.includes("h1 Good")) break;
    }
    expect(next).toContain("h1 Good");
  });

  test("opens one window for a click, and none when nothing is done", async () => {
    const page = await open("/popups");
    const go = { action: "click", ref: refIn(page.output, 'button "Go"') };
    expect(await browser.text(go)).toContain("It opened in a new window");
    // The browser says that there is a window before its request has come to the server.
    const windows = () => sites.asked.filter((one) => /\/\?\d+$/.test(one));
    await until("the window asks for its page", async () => windows().length > 0);
    const { output } = await browser.call({ action: "back" });
    await browser.call({ action: "click", ref: refIn(output, 'button "Later"') });
    const closed = await readUntil(browser, "windows that the page opened were closed");
    expect(closed).toContain('button "Later"');
    expect(windows()).toHaveLength(1);
  });

  test("gives no file and takes none", async () => {
    const { output } = await open("/downloads");
    expect(output).toMatch(/The download of .* was refused/);
    const page = await open("/upload");
    const chooser = await browser.call({ action: "click", ref: refIn(page.output, "button") });
    expect(chooser.output).toContain("The page wanted a file");
  });

  test("sends nothing in any way before the user has approved it", async () => {
    const { output } = await open("/sends");
    expect(output).toContain("Stopped, because it would send something: good.test");
    expect(output).toContain("h1 Sends");
    await browser.call({ action: "read" });
    expect(sites.asked.filter((one) => one.includes("/posted/"))).toEqual([]);
    await open("/sends", { submit: true });
    expect(sites.asked.map(plain)).toContain("POST good.test:PORT/posted/form");
  });

  test("has its buttons pressed only as what the user was asked about", async () => {
    const page = await open("/changes");
    const args = browser.judged({ action: "click", ref: refIn(page.output, 'button "Cancel"') });
    expect(args).toMatchObject({ element: 'button "Cancel"', url: url("/changes") });
    const context = { signal: new AbortController().signal, persona: "agent" };
    expect((await browser.tool.run(args, context)).output).toContain('button "Pay 1,000"');
    // The same call once more: the button is another one now.
    const { ok, output } = await browser.tool.run(args, context);
    expect([ok, output]).toEqual([
      false,
      expect.stringContaining('is not what it was (button "Cancel")'),
    ]);
  });

  test("cannot be used under something else that lies over it", async () => {
    const page = await open("/covered");
    const { ok, output } = await browser.call({
      action: "click",
      ref: refIn(page.output, "button"),
    });
    expect([ok, output]).toEqual([
      false,
      expect.stringContaining('Something else lies over it (div "On top")'),
    ]);
  });

  test("gets no password that the user was not asked about, not even in a hidden tree", async () => {
    const page = await open("/phish");
    const pin = { action: "type", ref: refIn(page.output, 'textbox "Pin"'), text: "1234" };
    expect(browser.judged(pin)).toMatchObject({ password: true });
    expect(browser.judged({ ...pin, password: false })).toMatchObject({ password: true });
    const hidden = { action: "type", ref: refIn(page.output, 'textbox "Hidden"'), text: "1234" };
    expect((await browser.call(hidden)).output).toContain("takes a password: type it once more");
    expect(browser.judged(hidden)).toMatchObject({ password: true });
    await browser.call({ action: "click", ref: pin.ref });
    const key = await browser.call({ action: "press", text: "1" });
    expect([key.ok, key.output]).toEqual([
      false,
      "That field takes a password: use type with its ref.",
    ]);
  });

  test("that moves to another host meanwhile is not what was asked about", async () => {
    const page = await open("/moves", { hosts: ["other.test"] });
    const move = { action: "click", ref: refIn(page.output, "button") };
    const judged = browser.judged(move);
    const context = { signal: new AbortController().signal, persona: "agent" };
    expect((await browser.tool.run(judged, context)).output).toContain("h1 Other");
    const again = await browser.tool.run(judged, context);
    expect([again.ok, again.output]).toEqual([
      false,
      "The page has moved to other.test meanwhile: read it first.",
    ]);
  });

  test("may show a frame of a host that was named, and it can be used", async () => {
    const page = await open("/outer", { hosts: ["other.test"] });
    const ref = refIn(page.output, 'button "Inner"');
    expect((await browser.call({ action: "click", ref })).output).toContain("pressed within");
  });

  test("is found under the names of addresses only as long as they are public", async () => {
    await using once = await openSites((_, response) => {
      response.setHeader("connection", "close").setHeader("content-type", "text/html");
      response.end("<h1>Once</h1><script>setTimeout(() => location.reload(), 500)</script>");
    });
    const resolver = async (host: string): Promise<readonly string[]> => {
      if (host === "private.test") return ["10.0.0.1"];
      if (host === "mixed.test") return ["127.0.0.1", "192.168.1.1"];
      return [once.asked.length === 0 ? "127.0.0.1" : "169.254.169.254"];
    };
    const egress = {
      resolver,
      allowAddress: (address: string) => address === "127.0.0.1",
      ports: [once.port],
    };
    await using other = new TestBrowser(once, { egress });
    for (const host of ["private.test", "mixed.test"]) {
      const { ok, output } = await other.call({
        action: "open",
        url: url("/", host).replace(String(sites.port), String(once.port)),
      });
      expect([ok, output]).toEqual([false, expect.stringContaining(`${host} was not reached:`)]);
    }
    await other.call({ action: "open", url: `https://later.test:${once.port}/` });
    await readUntil(other, "later.test was not reached");
    expect(once.asked.length).toBeGreaterThan(0);
    expect(once.asked.every((one) => one.includes(" later.test:"))).toBe(true);
  });
});
