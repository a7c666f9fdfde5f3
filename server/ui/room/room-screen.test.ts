import { afterEach, describe, expect, test } from "bun:test";
import { DEFAULT_POLICY } from "#core/policy/policy.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { csrfIn } from "#test/dashboard.ts";
import { inRoom, type RoomBoard, roomBoard, sayIn, userLine } from "#test/dashboard-room.ts";
import { echoTool, memoryWorkspace } from "#test/room-fixture.ts";
import { call, gate, hang, say, several } from "#test/scripted-answers.ts";
import type { Script } from "#test/scripted-server.ts";
import { until } from "#test/until.ts";

let open: RoomBoard | undefined;
afterEach(async () => {
  await open?.[Symbol.asyncDispose]();
  open = undefined;
});

async function opened(
  script: Script,
  options?: Parameters<typeof roomBoard>[1],
): Promise<RoomBoard> {
  open = await roomBoard(script, options);
  return open;
}

const rowsIn = (page: string): number => page.match(/<li class="row /g)?.length ?? 0;

describe("a room's page", () => {
  test("shows what was said and what a persona answered, without a script", async () => {
    const { board } = await opened([say("The answer is 42.")]);
    const visitor = await inRoom(board);
    expect(await visitor.page("/ui/rooms/made-1")).toContain("What you say goes to agent;");
    const sent = await sayIn(visitor, "What is it?");
    expect(sent.headers.get("location")).toBe("/ui/rooms/made-1#text");
    const page = async () => await visitor.page("/ui/rooms/made-1");
    await until("it is there", async () => (await page()).includes("The answer is 42."));
    expect(await page()).toMatch(/What is it\?[\s\S]*The answer is 42\./);
  });

  test("asks the model once for a line that is sent twice", async () => {
    const { board, model } = await opened(() => say("Once."));
    const visitor = await inRoom(board);
    for (let count = 0; count < 2; count += 1) await sayIn(visitor, "Again?");
    await until("it is there", async () =>
      (await visitor.page("/ui/rooms/made-1")).includes("Once."),
    );
    expect((await visitor.page("/ui/rooms/made-1")).match(/Again\?/g)).toHaveLength(1);
    expect(model.requests).toHaveLength(1);
  });

  test("asks one persona alone where the line is for it", async () => {
    const { board } = await opened([say("Mine.")]);
    const visitor = await inRoom(board);
    await sayIn(visitor, "Who?", { mode: "direct:python" });
    await until("it is there", async () =>
      (await visitor.page("/ui/rooms/made-1")).includes("Mine."),
    );
    expect(await visitor.page("/ui/rooms/made-1")).toContain("to python · direct:python");
  });

  test("switches the mode of the room, also into a file", async () => {
    const { board } = await opened([]);
    const visitor = await inRoom(board);
    await visitor.submit("/ui/rooms/made-1/mode", { mode: "direct:python" });
    expect(await visitor.page("/ui/rooms/made-1")).toContain("<dd>direct:python</dd>");
    await visitor.submit("/ui/rooms/made-1/mode", { path: "notes/plan.md" });
    expect(await visitor.page("/ui/rooms/made-1")).toContain("<dd>file:notes/plan.md</dd>");
    const refused = await visitor.submit("/ui/rooms/made-1/mode", { mode: "direct:stranger" });
    expect(refused.status).toBe(404);
  });

  test("stops an answer, and says where there is none", async () => {
    const { board, model } = await opened([several(say("Half"), hang())]);
    const visitor = await inRoom(board);
    await sayIn(visitor, "Go on.");
    const { closed } = await model.request(0);
    expect(await visitor.page("/ui/rooms/made-1")).toContain(
      "<dt>Endpoint</dt><dd>agent speaks</dd>",
    );
    await visitor.submit("/ui/rooms/made-1/stop", {});
    expect(await visitor.page("/ui/rooms/made-1")).toContain("The answer was stopped.");
    await closed;
    await until("it is there", async () =>
      (await visitor.page("/ui/rooms/made-1")).includes("was stopped"),
    );
    await visitor.submit("/ui/rooms/made-1/stop", {});
    expect(await visitor.page("/ui/rooms/made-1")).toContain("Nothing is being answered.");
  });

  test("sends no command to a persona, and nothing that is empty", async () => {
    const { board, model } = await opened([]);
    const visitor = await inRoom(board);
    for (const text of ["/help", "  \r\n "]) {
      const refused = await sayIn(visitor, text);
      expect([refused.status, await refused.text()]).toEqual([
        400,
        expect.stringContaining("Nothing was sent."),
      ]);
    }
    expect(model.requests).toHaveLength(0);
  });

  test("of a room that is not there says so", async () => {
    const { board } = await opened([]);
    const visitor = await board.signIn();
    expect((await visitor.get("/ui/rooms/none")).status).toBe(404);
  });

  test("shows 10,000 messages by pages of 200, from the newest to the first", async () => {
    const { board, write } = await opened([]);
    await write(
      "long",
      Array.from({ length: 10_000 }, (_, at) => userLine(`m${at}`, `line ${at}.`)),
    );
    const visitor = await board.signIn();
    let path: string | undefined = "/ui/rooms/long";
    const seen = new Set<string>();
    let pages = 0;
    while (path !== undefined) {
      const page: string = await visitor.page(path);
      expect(rowsIn(page)).toBe(200);
      expect(Bun.gzipSync(page).length).toBeLessThan(60 * 1024);
      for (const [text] of page.matchAll(/line \d+\./g)) seen.add(text);
      pages += 1;
      path = /href="([^"]+)"[^>]*>← Older/.exec(page.replace(/<a [^>]*hidden>/g, ""))?.[1];
    }
    expect([pages, seen.size]).toEqual([50, 10_000]);
    expect(await visitor.page("/ui/rooms/long?before=201")).toContain("1 to 200 of 10000");
    expect(await visitor.page("/ui/rooms/long?before=x")).toContain("line 9999.");
  });

  test("shows what models and tools wrote as text", async () => {
    const { board, write } = await opened([]);
    const evil = `<img src=x onerror=alert(1)>\u202e</pre><script>x</script>`;
    const turn = { turn: "t1", persona: evil };
    await write("evil", [
      userLine("m1", evil),
      {
        type: "answer",
        ...turn,
        hop: 0,
        text: `${evil}\n\`\`\`\n${evil}\n\`\`\``,
        calls: [],
        reasoning: evil,
      },
      {
        ...turn,
        type: "tool-call",
        origin: "embedded",
        call: { id: "1", name: evil, arguments: { [evil]: evil } },
      },
      { ...turn, type: "tool-result", id: "1", name: evil, ok: false, ms: 3, size: 1, exit: 2 },
      { type: "notice", level: "error", text: evil, persona: evil },
      { type: "file", path: evil, bytes: 1, by: evil },
      { type: "mode", mode: "group", by: evil },
      { type: "settled", why: evil },
      { ...turn, type: "turn-end", reason: "error", why: evil },
    ]);
    const page = await (await board.signIn()).page("/ui/rooms/evil");
    expect(page).not.toMatch(/<img|<script>|\u202e|javascript:/);
    expect(rowsIn(page)).toBe(9);
  });
});

describe("an approval", () => {
  const SUPERVISED = {
    policy: { ...DEFAULT_POLICY, mode: "supervised" },
    resolveProgram: () => undefined,
  } as const;
  const asking = async () => {
    const answers = [call("sh", { cmd: "rm -rf build" }), say("Done.")];
    const made = await opened(({ index }) => answers[index] ?? say("Ok."), {
      room: { tools: [echoTool], permissions: SUPERVISED },
    });
    const visitor = await inRoom(made.board);
    await sayIn(visitor, "Clean up.");
    await until("it is there", async () => (await made.home.questions()).length === 1);
    return { ...made, visitor };
  };
  const hashIn = (page: string): string => /name="hash" value="(\w+)"/.exec(page)?.[1] ?? "";

  test("shows the exact call, and lets it run once", async () => {
    const { visitor } = await asking();
    const page = await visitor.page("/ui/rooms/made-1");
    expect(page).toContain('href="#approvals" id="to-approvals">1 waiting for you</a>');
    expect(page).toMatch(/A1 · agent wants to run sh[\s\S]*cmd: rm -rf build/);
    expect(page).toMatch(/until \d\d:\d\d:\d\d <span role="timer" data-until="\d{13}">/);
    const fields = { id: "A1", hash: hashIn(page), decision: "approve" };
    expect((await visitor.submit("/ui/rooms/made-1/approvals", fields)).status).toBe(303);
    await until("it is there", async () =>
      (await visitor.page("/ui/rooms/made-1")).includes("Done."),
    );
    expect(await visitor.page("/ui/rooms/made-1")).toContain("A1 may run");
    const again = await visitor.submit("/ui/rooms/made-1/approvals", fields);
    expect([again.status, await again.text()]).toEqual([
      400,
      expect.stringContaining("counts once"),
    ]);
  });

  test("hides a secret in the call, and no other character", async () => {
    const made = await opened(
      ({ index }) =>
        index === 0 ? call("sh", { cmd: "login \u202e hunter2-hunter2" }) : say("Ok."),
      {
        ...{ room: { tools: [echoTool], permissions: SUPERVISED } },
        cleaner: new TextCleaner(["hunter2-hunter2"]),
      },
    );
    const visitor = await inRoom(made.board);
    await sayIn(visitor, "Log in.");
    await until("it is asked", async () => (await made.home.questions()).length === 1);
    const page = await visitor.page("/ui/rooms/made-1");
    expect(page).toContain("cmd: login \\u{202e} ");
    expect(page).not.toContain("hunter2");
  });

  test("is refused, and the persona reads so", async () => {
    const { visitor, model } = await asking();
    const fields = {
      id: "A1",
      hash: hashIn(await visitor.page("/ui/rooms/made-1")),
      decision: "deny",
    };
    await visitor.submit("/ui/rooms/made-1/approvals", fields);
    await model.request(1);
    expect(await visitor.page("/ui/rooms/made-1")).toContain("A1 was denied");
  });

  test("is asked of no user while only those look who may not give it", async () => {
    const { board, home } = await opened(
      ({ index }) => (index === 0 ? call("sh", { cmd: "ls" }) : say("Refused.")),
      { room: { tools: [echoTool], permissions: SUPERVISED } },
    );
    const guest = await board.signIn("run");
    await guest.submit("/ui/rooms", {});
    await sayIn(guest, "List.");
    await until("it is there", async () =>
      (await guest.page("/ui/rooms/made-1")).includes("Refused."),
    );
    expect(await guest.page("/ui/rooms/made-1")).toContain("A1 cannot be asked here: denied");
    expect(await home.questions()).toEqual([]);
  });

  test("is not given for another call, by another session's form, or with too small a scope", async () => {
    const { board, visitor, home } = await asking();
    const page = await visitor.page("/ui/rooms/made-1");
    const fields = { id: "A1", hash: hashIn(page), decision: "approve" };
    const path = "/ui/rooms/made-1/approvals";
    const other = { ...fields, hash: "0".repeat(64) };
    expect((await visitor.submit(path, other)).status).toBe(400);
    const run = await board.signIn("run");
    expect((await run.submit(path, fields)).status).toBe(403);
    expect(await run.page("/ui/rooms/made-1")).toContain("This session may not answer.");
    expect((await run.post(path, { ...fields, csrf: csrfIn(page) })).status).toBe(403);
    expect((await visitor.post(path, fields)).status).toBe(403);
    expect(await home.questions()).toHaveLength(1);
    expect((await visitor.submit(path, { ...fields, decision: "deny" })).status).toBe(303);
  });
});

describe("files and changes", () => {
  test("are listed, and sent to be saved and not to be shown", async () => {
    const files = memoryWorkspace();
    await files.write("notes/<b>ä'.html", "<script>alert(1)</script>");
    const { board } = await opened([], { filesOf: () => Promise.resolve(files) });
    const visitor = await board.signIn();
    const page = await visitor.page("/ui/rooms/any/files");
    expect(page).not.toContain("<b>ä");
    const path = /href="([^"]+file\?path[^"]+)"/.exec(page)?.[1] ?? "";
    const file = await visitor.get(path.replaceAll("&#39;", "'").replaceAll("&amp;", "&"));
    expect(file.headers.get("content-disposition")).toBe(
      `attachment; filename="_b___.html"; filename*=UTF-8''%3Cb%3E%C3%A4%27.html`,
    );
    expect(file.headers.get("content-type")).toBe("application/octet-stream");
    expect(file.headers.get("x-content-type-options")).toBe("nosniff");
    expect(file.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await file.text()).toBe("<script>alert(1)</script>");
    expect((await visitor.get("/ui/rooms/any/file?path=none")).status).toBe(404);
    for (const path of ["..%2Fx", "%2Fetc%2Fpasswd", "notes", ""]) {
      expect((await visitor.get(`/ui/rooms/any/file?path=${path}`)).status).toBe(404);
    }
  });

  test("a diff shows what came and what went", async () => {
    const diff = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-<old>\n+<new>\n";
    const texts: Readonly<Record<string, string | undefined>> = { one: diff, same: "" };
    const { board } = await opened([], { diffOf: (room) => Promise.resolve(texts[room]) });
    const visitor = await board.signIn();
    const page = await visitor.page("/ui/rooms/one/diff");
    expect(page).toMatch(/class="removed">-&lt;old&gt;[\s\S]*class="added">\+&lt;new&gt;/);
    expect(await visitor.page("/ui/rooms/same/diff")).toContain("The room has changed nothing.");
    expect(await visitor.page("/ui/rooms/none/diff")).toContain("does not work on a repository");
  });
});

test("a server that leaves takes no line, and waits for the answer that is under way", async () => {
  const half = gate();
  const { board, turns } = await opened([several(say("Half"), half, say("."))]);
  const visitor = await inRoom(board);
  await sayIn(visitor, "Tell me.");
  await half.reached;
  let hasLeft = false;
  const left = turns.leave().then(() => {
    hasLeft = true;
  });
  expect((await sayIn(visitor, "And?", { line: "line-0002" })).status).toBe(503);
  expect(hasLeft).toBe(false);
  half.open();
  await left;
});
