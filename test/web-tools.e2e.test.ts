/** The tools of the network in a real room: wired as the program wires them, on a web server of the loopback. */
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { App } from "#app/app.ts";
import type { NetworkOverrides } from "#app/context.ts";
import type { ApprovalAsked, RoomEvent } from "#core/events.ts";
import { createHome } from "#home/home-paths.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { readSettings } from "#home/settings/settings.ts";
import type { Room } from "#room/room.ts";
import { eventsOf, type JsonLine, type TestHome, testHome } from "./org-process.ts";
import { sayAndWait } from "./room-fixture.ts";
import { type Answer, call, say, several } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";
import { WebServer } from "./web-server.ts";

const configure = (home: TestHome, text: string) => Bun.write(join(home.path, "org.config"), text);

/** A web server that says what was sent to it, and sends `/away` to another host. */
const openWeb = () =>
  WebServer.open(async (request, response) => {
    const sent = await new Response(request).text();
    response.setHeader("Content-Type", "text/plain");
    if (request.url === "/away") {
      response.writeHead(302, { Location: `http://evil.example:${request.socket.localPort}/` });
    }
    response.end(`${request.method} ${request.url} ${sent}`.trim());
  });

interface Scene extends AsyncDisposable {
  readonly web: WebServer;
  readonly home: TestHome;
  readonly rooms: (id: string) => Promise<Room>;
}

interface SceneOptions {
  /** The human's file. */
  readonly config?: string;
  readonly now?: NetworkOverrides["now"];
}

/** Rooms of a real home whose model says the given things; every name leads to the web server. */
async function openScene(
  answers: (web: WebServer) => readonly Answer[],
  { config = "", now }: SceneOptions = {},
): Promise<Scene> {
  await using parts = new AsyncDisposableStack();
  const web = parts.use(await openWeb());
  const server = parts.use(scriptedServer(answers(web)));
  const home = parts.use(await testHome());
  await configure(home, config);
  await createHome(home.paths);
  const journal = parts.use(await openSqliteJournal(home.paths.journal));
  const env = { ORG_HOME: home.path, OLLAMA_BASE: server.url, OLLAMA_MODEL: "m" };
  const settings = readSettings({ flags: new Map(), env, defaultHome: home.path });
  const outside = { rules: web.rules, ...(now === undefined ? {} : { now }) };
  const { open } = await parts.use(new App({ settings, networkOverrides: outside })).participants();
  const all = parts.move();
  const rooms = async (id: string) => all.use(await open(id, journal));
  return { web, home, rooms, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** A user who answers every question in turn; `undefined` answers none. */
function attend(room: Room, answers: readonly boolean[]) {
  const asked: ApprovalAsked[] = [];
  const parts = new DisposableStack();
  const answerTo = (event: RoomEvent) => {
    if (event.type !== "approval" || event.state !== "asked") return;
    const answer = answers[asked.length];
    asked.push(event);
    if (answer !== undefined) room.approvals.answer(event.id, answer);
  };
  parts.use(room.listen(answerTo));
  parts.use(room.approvals.setInteractive());
  return { asked, [Symbol.dispose]: () => parts.dispose() };
}

const outputs = (events: readonly RoomEvent[]) =>
  events.flatMap((event) => (event.type === "tool-result" ? [event.output ?? ""] : []));

const isResult = (line: JsonLine): line is Extract<JsonLine, { type: "tool-result" }> =>
  line.type === "tool-result";

describe("web_fetch", () => {
  test("asks about a new host, once for every call, and shows the page after an approval", async () => {
    await using scene = await openScene((web) => [
      call("web_fetch", { url: web.url("/a") }),
      call("web_fetch", { url: web.url("/b") }),
      say("Read."),
    ]);
    const room = await scene.rooms("one");
    using user = attend(room, [true, false]);
    const [first, second] = outputs(await sayAndWait(room, "read it"));
    expect(first).toEndWith("\nGET /a");
    expect(second).toStartWith("Not run: the user did not allow it (denied).");
    expect(scene.web.asked).toEqual([`GET page.example:${scene.web.port}/a`]);
    expect(user.asked).toMatchObject([
      { id: "A1", why: 'the host "page.example" is new', call: { name: "web_fetch" } },
      { id: "A2", persona: "agent" },
    ]);
  });

  test("reads a listed domain without asking, and saves into the workspace alone", async () => {
    await using scene = await openScene(
      (web) => [
        several(
          call("web_fetch", { url: web.url("/a"), save_to: "pages/a.txt" }),
          call("web_fetch", { url: web.url("/a"), save_to: "../../a.txt" }),
          call("web_fetch", { url: web.url("/a", "other.example") }),
        ),
        say("Read."),
      ],
      { config: '[permissions]\ndomains = ["page.example"]\n' },
    );
    const room = await scene.rooms("one");
    using user = attend(room, [false]);
    const [saved, outside, other] = outputs(await sayAndWait(room, "read it"));
    expect(saved).toEndWith("\nsaved to pages/a.txt (6 bytes)");
    expect(await Bun.file(join(scene.home.paths.workspace, "pages/a.txt")).text()).toBe("GET /a");
    expect(outside).toContain("PATH_REFUSED");
    expect(existsSync(join(scene.home.path, "a.txt"))).toBe(false);
    expect(other).toStartWith("Not run");
    expect(scene.web.asked).toHaveLength(1);
    expect(user.asked.map(({ why }) => why)).toEqual(['the host "other.example" is new']);
  });

  test("a listed domain leads to no other one, and nothing is sent there", async () => {
    await using scene = await openScene(
      (web) => [call("web_fetch", { url: web.url("/away") }), say("Well.")],
      { config: '[permissions]\ndomains = ["page.example"]\n' },
    );
    const room = await scene.rooms("one");
    const [away] = outputs(await sayAndWait(room, "read it"));
    expect(away).toContain('Wall "redirect-host"');
    expect(scene.web.asked).toEqual([`GET page.example:${scene.web.port}/away`]);
  });

  test("follows to wherever the policy lets it go without asking, and not where a rule denies", async () => {
    const away = (web: WebServer) => [call("web_fetch", { url: web.url("/away") }), say("Well.")];
    const listed = '[permissions]\ndomains = ["*.example"]\n';
    await using open = await openScene(away, { config: listed });
    const [read] = outputs(await sayAndWait(await open.rooms("one"), "read it"));
    expect(read).toEndWith("\nGET /");
    const rule = `[[permissions.rules]]
tool = "web_*"
host = "Evil.example"
permission = "deny"
`;
    await using closed = await openScene(away, { config: listed + rule });
    const [refused] = outputs(await sayAndWait(await closed.rooms("one"), "read it"));
    expect(refused).toContain('Wall "redirect-host"');
    expect(closed.web.asked).toHaveLength(1);
  });
});

describe("web_request", () => {
  const post = (web: WebServer, body: string, host?: string) =>
    call("web_request", { method: "POST", url: web.url("/in", host), body });

  test("sends to a new host after an approval to exactly this request, and to a listed one at once", async () => {
    await using scene = await openScene(
      (web) => [
        several(post(web, "one"), post(web, "two"), post(web, "three", "api.example")),
        say("Sent."),
      ],
      { config: '[permissions]\ndomains = ["api.example"]\n' },
    );
    const room = await scene.rooms("one");
    using user = attend(room, [true, false]);
    const [one, two, three] = outputs(await sayAndWait(room, "send it"));
    expect(one).toEndWith("\nPOST /in one");
    expect(two).toStartWith("Not run");
    expect(three).toEndWith("\nPOST /in three");
    expect(user.asked.map(({ call: { arguments: given } }) => given)).toMatchObject([
      { body: "one" },
      { body: "two" },
    ]);
    expect(new Set(user.asked.map(({ hash }) => hash)).size).toBe(2);
  });

  test("asks about every spelling that is not the listed host", async () => {
    const urls = [
      "https://api.example@evil.example/",
      "https://api.example.evil.example/",
      "https://evil.example/api.example",
      "https://evil.example\\@api.example.evil/",
      "https://api.example%2eevil.example/",
      "//api.example/",
    ];
    await using scene = await openScene(
      () => [
        several(...urls.map((url) => call("web_request", { method: "POST", url }))),
        say("No."),
      ],
      { config: '[permissions]\ndomains = ["api.example"]\n' },
    );
    const room = await scene.rooms("one");
    using user = attend(
      room,
      Array.from(urls, () => false),
    );
    expect(outputs(await sayAndWait(room, "send it"))).toEqual(
      Array.from(urls, () => expect.stringMatching(/^Not run/)),
    );
    expect(user.asked).toHaveLength(urls.length);
    expect(scene.web.asked).toEqual([]);
  });
});

describe("how often", () => {
  test.each([
    { tool: "web_fetch", perMinute: 30, waitMs: 2000, args: {} },
    { tool: "web_request", perMinute: 10, waitMs: 6000, args: { method: "POST" } },
  ])(
    "$tool runs $perMinute times a minute, in all rooms together",
    async ({ tool, perMinute, waitMs, args }) => {
      let now = 0;
      const times = (web: WebServer, count: number, from = 0) =>
        Array.from({ length: count }, (_, index) =>
          call(tool, { ...args, url: web.url(`/${from + index}`) }),
        );
      const half = perMinute / 2;
      await using scene = await openScene(
        (web) => [
          several(...times(web, half)),
          say("Half."),
          several(...times(web, half + 1, half)),
          say("Full."),
          several(...times(web, 2, 90)),
          say("One more."),
        ],
        { config: '[permissions]\ndomains = ["page.example"]\n', now: () => now },
      );
      await sayAndWait(await scene.rooms("one"), "go");
      const other = await scene.rooms("other");
      const more = outputs(await sayAndWait(other, "go"));
      expect(scene.web.asked).toHaveLength(perMinute);
      expect(more.at(-1)).toBe(
        `Not run: "${tool}" was called too often. It may run again in ${waitMs / 1000} s.`,
      );
      now = waitMs;
      await sayAndWait(other, "again");
      expect(scene.web.asked).toHaveLength(perMinute + 1);
    },
  );
});

describe("the program itself", () => {
  test("reaches nothing of this machine, whatever the mode and the environment say", async () => {
    await using web = await openWeb();
    const hosts = ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"];
    const urls = hosts.map((host) => web.url("/", host));
    await using server = scriptedServer([
      several(
        ...urls.map((url) => call("web_fetch", { url })),
        ...hosts.map((host) => call("web_fetch", { url: `http://${host}/` })),
        ...hosts.map((host) => call("web_request", { method: "POST", url: `http://${host}/` })),
      ),
      say("Nothing."),
    ]);
    await using home = await testHome();
    await configure(home, '[permissions]\nmode = "open"\ndomains = ["*"]\n');
    const proxy = `http://127.0.0.1:${web.port}`;
    const direct = new URL(server.url).host;
    const environment = { HTTP_PROXY: proxy, http_proxy: proxy, NO_PROXY: direct };
    const ran = await home.run(["ask", "--yes", "--json", "--raw", "go"], {
      url: server.url,
      environment,
    });
    const said = outputs(eventsOf(ran).flatMap((line) => (isResult(line) ? [line] : [])));
    expect(said).toHaveLength(12);
    expect(said.filter((text) => text.includes("[NETWORK_REFUSED]"))).toHaveLength(12);
    expect(web.asked).toEqual([]);
  });

  test("does not ask for a new host where no user can answer: exit code 77", async () => {
    const fetch = call("web_fetch", { url: "https://page.example/" });
    await using server = scriptedServer([fetch, say("I could not read it.")]);
    await using home = await testHome();
    const ran = await home.run(["ask", "go"], { url: server.url });
    expect(ran.stderr).toContain('the host "page.example" is new');
    expect(ran.exitCode).toBe(77);
  });
});
