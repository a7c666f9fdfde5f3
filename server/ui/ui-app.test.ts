import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import {
  csrfIn,
  PROXIED,
  type TestDashboard,
  TestVisitor,
  testDashboard,
} from "#test/dashboard.ts";
import { html } from "./html.ts";
import { action, type Screen } from "./page.ts";
import { postButton } from "./parts.ts";

const done: string[] = [];
let now = 1_000_000;

const screen: Screen = {
  nav: { label: "Things", path: "/ui/things", position: 1 },
  pages: [
    {
      path: "/ui/things",
      render: (visit) => ({
        title: `Things <of> ${visit.query("of") ?? "ours"}`,
        main: html`${postButton(visit, { to: "/ui/things/make", label: "Make", hidden: { name: "x" } })}`,
      }),
    },
    { path: "/ui/things/secret", scope: "admin", render: () => ({ title: "T", main: html`x` }) },
    {
      path: "/ui/things/refused",
      render: () => {
        throw new OrgError("There is no thing <b>", {
          ...{ code: "JOB_UNKNOWN", why: "it was taken away", remedies: ["org jobs list"] },
        });
      },
    },
    {
      path: "/ui/things/bug",
      render: () => {
        throw new TypeError("a path of this machine");
      },
    },
  ],
  actions: [
    action({
      ...{ path: "/ui/things/make", scope: "run" },
      form: z.strictObject({ name: z.string().max(5) }),
      run: (_visit, { name }) => {
        done.push(name);
        return { to: "/ui/things", flash: { tone: "good", text: `Made <${name}>` } };
      },
    }),
  ],
};

let board: TestDashboard;
beforeAll(async () => {
  board = await testDashboard({ screens: [screen], now: () => now });
});
afterAll(async () => {
  await board[Symbol.asyncDispose]();
});
afterEach(() => {
  done.length = 0;
});

describe("signing in", () => {
  test("a link counts once, and only when its form is sent", async () => {
    const link = board.link();
    const code = new URL(link).searchParams.get("link") ?? "";
    const visitor = new TestVisitor(board.url);
    const path = link.slice(board.url.length);
    for (let look = 0; look < 3; look += 1) expect(await visitor.page(path)).toContain(code);
    const answer = await visitor.post("/ui/sign-in", { link: code, to: "/ui/things" });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/ui/things"]);
    expect((await new TestVisitor(board.url).post("/ui/sign-in", { link: code })).status).toBe(401);
  });

  test("a link of more than two minutes ago counts no more", async () => {
    const code = board.sessions.createLink();
    now += 121_000;
    expect((await new TestVisitor(board.url).post("/ui/sign-in", { link: code })).status).toBe(401);
  });

  test("the cookie is for this dashboard alone, and no script can read it", async () => {
    const visitor = new TestVisitor(board.url);
    const answer = await visitor.post("/ui/sign-in", { link: board.sessions.createLink() });
    const [cookie = ""] = answer.headers.getSetCookie();
    expect(cookie).toMatch(
      new RegExp(
        `^org_ui_${board.port}=[\\w-]{32}; Max-Age=28800; Path=/ui; HttpOnly; SameSite=Strict$`,
      ),
    );
  });

  test("behind a proxy that speaks TLS, the cookie is never sent in clear", async () => {
    const proxied = { origin: `https://${PROXIED}`, host: PROXIED };
    const visitor = new TestVisitor(board.url);
    const fields = { link: board.sessions.createLink() };
    const { headers } = await visitor.post("/ui/sign-in", fields, proxied);
    const [cookie = ""] = headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-org_ui=\S+ Max-Age=28800; Path=\/; HttpOnly; Secure; /);
    expect((await visitor.get("/ui/things", { host: PROXIED })).status).toBe(200);
    const inClear = { host: PROXIED, cookie: cookie.slice("__Host-".length) };
    expect((await visitor.get("/ui/things", inClear)).status).toBe(303);
    const unlisted = { origin: `https://127.0.0.1:${board.port}` };
    expect((await visitor.post("/ui/sign-in", fields, unlisted)).status).toBe(403);
  });

  test("an id that was put into the browser from outside is not adopted", async () => {
    const visitor = new TestVisitor(board.url);
    visitor.cookie = `org_ui_${board.port}=${"a".repeat(32)}`;
    await visitor.post("/ui/sign-in", { link: board.sessions.createLink() });
    expect(visitor.cookie).not.toContain("aaaa");
    const fixed = new TestVisitor(board.url);
    fixed.cookie = `org_ui_${board.port}=${"a".repeat(32)}`;
    expect((await fixed.get("/ui/things")).status).toBe(303);
  });

  test("a session that an attacker put into the browser ends when another is opened in it", async () => {
    const attacker = await board.signIn();
    const victim = new TestVisitor(board.url);
    victim.cookie = attacker.cookie;
    await victim.post("/ui/sign-in", { link: board.sessions.createLink() });
    expect(victim.cookie).not.toBe(attacker.cookie);
    expect((await attacker.get("/ui/things")).status).toBe(303);
  });

  test("a wrong token is refused on a port that is open to this machine, too", async () => {
    const answer = await new TestVisitor(board.url).post("/ui/sign-in", { token: "org_no" });
    expect(answer.status).toBe(401);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  test("leads back to the page that was asked for, and nowhere else", async () => {
    const answer = await new TestVisitor(board.url).get("/ui/things/secret");
    expect(answer.headers.get("location")).toBe("/ui/sign-in?to=%2Fui%2Fthings%2Fsecret");
    for (const to of ["//evil.example", "https://evil.example", "/ui/..//evil", "/ui\\evil"]) {
      const link = board.sessions.createLink();
      const sent = await new TestVisitor(board.url).post("/ui/sign-in", { link, to });
      expect(sent.headers.get("location")).toBe("/ui");
    }
  });
});

describe("a session ends", () => {
  test("at once when its token is revoked: a stolen cookie is worth nothing", async () => {
    const visitor = await board.signIn("run");
    expect((await visitor.get("/ui/things")).status).toBe(200);
    const [token] = board.store.list();
    board.store.revoke(token?.id ?? "");
    expect((await visitor.get("/ui/things")).headers.get("location")).toStartWith("/ui/sign-in");
  });

  test("when it is signed out, for every copy of its cookie", async () => {
    const visitor = await board.signIn();
    const thief = new TestVisitor(board.url);
    thief.cookie = visitor.cookie;
    const answer = await visitor.submit("/ui/sign-out", {}, "/ui/things");
    expect(answer.headers.get("location")).toBe("/ui/sign-in?out=1");
    expect((await thief.get("/ui/things")).status).toBe(303);
  });

  test("after eight hours, however much it was used", async () => {
    const visitor = await board.signIn();
    now += 8 * 3_600_000;
    expect((await visitor.get("/ui/things")).status).toBe(200);
    now += 1;
    expect((await visitor.get("/ui/things")).status).toBe(303);
  });

  test("with all others but the one that says so, which sees them", async () => {
    const [own, other] = [await board.signIn(), await board.signIn("run")];
    const page = await own.page("/ui/sessions");
    expect(page).toMatch(/token [0-9a-f]{12}[\s\S]*>run</);
    expect(page.match(/this one/g)).toHaveLength(1);
    expect((await other.get("/ui/sessions")).status).toBe(403);
    await own.submit("/ui/sessions/end-others", {}, "/ui/things");
    expect(await own.page("/ui/sessions")).toMatch(/\d sessions? ended\./);
    expect((await other.get("/ui/things")).status).toBe(303);
  });

  test("with all others when the owner says so", async () => {
    const visitors = [await board.signIn(), await board.signIn("read")];
    const answer = await fetch(`${board.url}/v1/dashboard/sign-out`, {
      method: "POST",
      headers: { authorization: "Bearer own_key", "content-type": "application/json" },
      body: "{}",
    });
    expect(await answer.json()).toEqual({ ended: expect.any(Number) });
    for (const visitor of visitors) expect((await visitor.get("/ui/things")).status).toBe(303);
  });
});

describe("a form", () => {
  test("does what it says, and the page behind it says so once", async () => {
    const visitor = await board.signIn("run");
    const answer = await visitor.submit("/ui/things/make", { name: "x" }, "/ui/things");
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/ui/things"]);
    expect(done).toEqual(["x"]);
    expect(await visitor.page("/ui/things")).toContain("Made &lt;x&gt;");
    expect(await visitor.page("/ui/things")).not.toContain("Made");
  });

  test("that the user has sent again, by loading its answer again, is taken", async () => {
    const visitor = await board.signIn();
    const fields = { name: "x", csrf: csrfIn(await visitor.page("/ui/things")) };
    const headers = { "sec-fetch-site": "none" };
    expect((await visitor.post("/ui/things/make", fields, headers)).status).toBe(303);
  });

  const FORGED: readonly (readonly [string, Record<string, string>])[] = [
    ["another site", { origin: "http://evil.example", "sec-fetch-site": "cross-site" }],
    [
      "another port of this machine",
      { origin: "http://127.0.0.1:1", "sec-fetch-site": "same-site" },
    ],
    ["a page without an origin", { origin: "null" }],
    ["a browser that says the site is another one", { "sec-fetch-site": "cross-site" }],
    ["another name of this machine", { host: "evil.example" }],
    ["a page that sends JSON", { "content-type": "application/json" }],
    ["a page that sends plain text", { "content-type": "text/plain" }],
  ];
  test.each(FORGED)("of %s is refused, with cookie and hidden field", async (_name, headers) => {
    const visitor = await board.signIn();
    const csrf = csrfIn(await visitor.page("/ui/things"));
    const answer = await visitor.post("/ui/things/make", { name: "x", csrf }, headers);
    expect([403, 421]).toContain(answer.status);
    expect(done).toEqual([]);
  });

  test("without a hidden field, or with that of another session, is refused", async () => {
    const [one, other] = [await board.signIn(), await board.signIn()];
    const csrf = csrfIn(await other.page("/ui/things"));
    for (const fields of [{ name: "x" }, { name: "x", csrf }, { name: "x", csrf: "" }]) {
      expect((await one.post("/ui/things/make", fields)).status).toBe(403);
    }
    expect(done).toEqual([]);
  });

  test("that no page has sent is refused with its reason", async () => {
    const visitor = await board.signIn();
    const answer = await visitor.submit("/ui/things/make", { name: "too long" }, "/ui/things");
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("name: Too big");
    expect(done).toEqual([]);
  });

  test("that a module sends is answered as data, refusals too", async () => {
    const json = { accept: "application/json" };
    const visitor = await board.signIn("run");
    const csrf = csrfIn(await visitor.page("/ui/things"));
    const make = async (one: TestVisitor, fields: Record<string, string>) => {
      const answer = await one.post("/ui/things/make", fields, json);
      return [answer.status, await answer.json()];
    };
    const flash = { tone: "good", text: "Made <x>" };
    expect(await make(visitor, { name: "x", csrf })).toEqual([200, { flash }]);
    expect(await visitor.page("/ui/things")).not.toContain("Made");
    const refused = { error: expect.objectContaining({ message: expect.any(String) }) };
    expect(await make(visitor, { name: "x" })).toEqual([403, refused]);
    expect(await make(visitor, { name: "too long", csrf })).toEqual([400, refused]);
    const reader = await board.signIn("read");
    const own = csrfIn(await reader.page("/ui/things"));
    expect(await make(reader, { name: "x", csrf: own })).toEqual([403, refused]);
    expect(await make(new TestVisitor(board.url), { name: "x" })).toEqual([401, refused]);
  });

  test("needs the scope of its action, and a page its own", async () => {
    const visitor = await board.signIn("read");
    const answer = await visitor.submit("/ui/things/make", { name: "x" }, "/ui/things");
    expect(answer.status).toBe(403);
    expect((await visitor.get("/ui/things/secret")).status).toBe(403);
    expect(done).toEqual([]);
  });

  test("of a reader who is not signed in leads to the sign-in", async () => {
    const answer = await new TestVisitor(board.url).post("/ui/things/make", { name: "x" });
    expect(answer.headers.get("location")).toBe("/ui/sign-in");
  });
});

describe("a page", () => {
  test("comes with rules that let nothing in from elsewhere, on refusals too", async () => {
    const visitor = await board.signIn();
    for (const path of ["/ui/things", "/ui/none", "/ui/sign-in"]) {
      const { headers } = await visitor.get(path);
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("require-trusted-types-for 'script'; trusted-types 'none'");
      expect(policy).not.toContain("unsafe");
      expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
      expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("cache-control")).toBe("no-store");
    }
  });

  test("holds no style and no script of its own", async () => {
    const page = await (await board.signIn()).page("/ui/things");
    expect(page).not.toMatch(/<style|style="|<script(?![^>]* src=)|\son\w+=/);
  });

  test("shows what stands in an address as text", async () => {
    const page = await (await board.signIn()).page(
      "/ui/things?of=%3Cscript%3Ealert(1)%3C/script%3E",
    );
    expect(page).toContain("&lt;script&gt;alert(1)");
    expect(page).not.toContain("<script>");
  });

  test("says why something does not work, and nothing of this machine", async () => {
    const visitor = await board.signIn();
    const missing = await visitor.get("/ui/things/refused");
    expect(missing.status).toBe(404);
    expect(await missing.text()).toMatch(/no thing &lt;b&gt;[\s\S]*taken away[\s\S]*org jobs list/);
    const bug = await visitor.get("/ui/things/bug");
    expect(bug.status).toBe(500);
    expect(await bug.text()).not.toContain("a path of this machine");
    expect(String(board.reported.at(-1))).toContain("a path of this machine");
    expect((await visitor.get("/ui/none")).status).toBe(404);
  });

  test("is found from the address of the dashboard alone", async () => {
    const visitor = await board.signIn();
    expect((await visitor.get("/ui")).headers.get("location")).toBe("/ui/things");
  });
});
