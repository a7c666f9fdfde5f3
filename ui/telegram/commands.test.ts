import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TelegramDrops } from "#home/telegram-drops.ts";
import { say } from "#test/scripted-answers.ts";
import { handled, shown, TestBridge } from "#test/telegram-bridge.ts";
import { TOKEN } from "#test/telegram-double.ts";
import { until } from "#test/until.ts";

describe("from a chat a user", () => {
  test("uses the commands of a chat, and no others", async () => {
    await using bridge = new TestBridge({ speed: 100 });
    await bridge.start();
    bridge.telegram.writes(7, "/start");
    await shown(bridge, /^What you write goes to the room/);
    bridge.telegram.writes(7, "/mode direct:python");
    bridge.telegram.writes(7, "/mode@org_bot");
    await shown(bridge, /^The mode is direct:python\.$/);
    bridge.telegram.writes(7, "/persona agent");
    bridge.telegram.writes(7, "/status");
    await shown(bridge, /direct:agent/);
    bridge.telegram.writes(7, "/budget");
    await shown(bridge, /^No budget is set\.$/);
    bridge.telegram.writes(7, "/jobs show abc");
    await shown(bridge, /^ran org jobs show abc/);
    bridge.telegram.writes(7, "/mcp approve weather");
    await shown(bridge, /^\/mcp does not do that from here/);
    bridge.telegram.writes(7, "/promote cand/1");
    await shown(bridge, /^There is no command "\/promote" here/);
    bridge.telegram.writes(7, "/approve A1");
    await shown(bridge, /^\/approve does nothing here: a question is answered with its buttons/);
    const count = bridge.telegram.chat(7).length;
    bridge.telegram.writes(7, "/status@another_bot");
    await handled(bridge);
    expect(bridge.telegram.chat(7)).toHaveLength(count);
    expect(bridge.requests).toHaveLength(0);
  });

  test("begins a new room", async () => {
    await using bridge = new TestBridge({ script: [say("First."), say("Second.")] });
    await bridge.start();
    bridge.telegram.writes(7, "one");
    await shown(bridge, /First\./);
    bridge.telegram.writes(7, "/new");
    await shown(bridge, /A new room begins\./);
    bridge.telegram.writes(7, "two");
    await shown(bridge, /Second\./);
    expect(await bridge.lines("telegram-7")).toEqual(["one"]);
    expect(await bridge.lines("telegram-7-2")).toEqual(["two"]);
  });

  test("sends files into the workspace under clean names, and gets files from there", async () => {
    await using bridge = new TestBridge({
      script: [say("Read."), say("Seen."), say("Voice.")],
      speed: 100,
    });
    await bridge.start();
    bridge.telegram.files.set("f1", Buffer.from("alpha\n"));
    bridge.telegram.files.set("f2", Buffer.from([0, 1, 2]));
    const file = { file_id: "f1", file_name: "../../.ssh/no tes<1>.txt", file_size: 6 };
    bridge.telegram.writes(7, { caption: "read this", document: file });
    await shown(bridge, /Read\./);
    const [line = ""] = await bridge.lines();
    const path = /^read this\n@"(telegram\/\d+-no_tes_1_\.txt)"$/.exec(line)?.[1] ?? "";
    expect(readFileSync(join(bridge.paths.workspace, path), "utf8")).toBe("alpha\n");
    expect(JSON.stringify(bridge.requests[0]?.body)).toContain("alpha");
    bridge.telegram.writes(7, { document: { file_id: "f2", file_name: "x.bin", file_size: 3 } });
    await shown(bridge, /Seen\./);
    expect((await bridge.lines())[1]).toMatch(/^\(I sent the file telegram\/\d+-x\.bin, 3 bytes; /);
    bridge.telegram.writes(7, { voice: { duration: 12 } });
    await shown(bridge, /Voice\./);
    expect((await bridge.lines())[2]).toBe(
      "(I sent a voice message of 12 s, which you cannot see.)",
    );
    bridge.telegram.writes(7, `/file ${path}`);
    const sent = await until("the file", async () =>
      bridge.telegram.chat(7).find((message) => message.document !== undefined),
    );
    expect(sent.document).toMatchObject({ text: "alpha\n" });
  });

  test("hears why a file was not taken, or not sent", async () => {
    await using bridge = new TestBridge({ speed: 100 });
    await bridge.start();
    const large = { file_id: "f1", file_name: "big.iso", file_size: 21 * 1024 * 1024 };
    bridge.telegram.writes(7, { document: large });
    await shown(bridge, /^The file "big\.iso" was not received[\s\S]*22,020,096 bytes/);
    bridge.telegram.writes(7, { document: { file_id: "gone", file_name: "a.txt" } });
    await shown(bridge, /^The file "a\.txt" was not received[\s\S]*wrong file_id/);
    bridge.telegram.writes(7, "/file ../../etc/passwd");
    await shown(bridge, /"\.\.\/\.\.\/etc\/passwd" was not sent/);
    bridge.telegram.writes(7, "/file nothing.md");
    await shown(bridge, /There is no file "nothing\.md"/);
    expect(await bridge.lines()).toEqual([]);
  });

  test("gets what a persona has sent there, with its file, once", async () => {
    await using bridge = new TestBridge({ speed: 100 });
    mkdirSync(bridge.paths.workspace, { recursive: true });
    writeFileSync(join(bridge.paths.workspace, "report.md"), "all is well");
    const drops = new TelegramDrops(bridge.paths.telegramDrops);
    await drops.put({ chat: 7, text: "The report is done.", file: "report.md" });
    await drops.put({ chat: 8, text: "To a chat that is not listed." });
    await bridge.start({
      dropped: { waiting: () => drops.waiting(), done: () => Promise.resolve() },
    });
    await until("the file", async () => bridge.telegram.chat(7).length === 2);
    await bridge.stop();
    // It is still there, as if the bridge had been killed before it was taken away.
    expect(await drops.waiting()).toHaveLength(2);
    await bridge.start();
    await until("all is taken", async () => (await drops.waiting()).length === 0);
    await bridge.stop();
    expect(bridge.telegram.messages.map(({ text, document }) => document?.text ?? text)).toEqual([
      ...["The report is done.", "all is well"],
    ]);
  });

  test("gets a file without the credentials that stand in it", async () => {
    await using bridge = new TestBridge();
    await bridge.start();
    mkdirSync(bridge.paths.workspace, { recursive: true });
    writeFileSync(join(bridge.paths.workspace, "env.txt"), `token ${TOKEN} end`);
    bridge.telegram.writes(7, "/file env.txt");
    const { document, text } = await until("the file", async () =>
      bridge.telegram.chat(7).find((message) => message.document !== undefined),
    );
    expect(document?.text).not.toContain(TOKEN);
    expect(text).toBe("Credentials in it were hidden.");
  });
});
