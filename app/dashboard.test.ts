import { expect, test } from "bun:test";
import { join } from "node:path";
import { OpenTurns } from "#server/http/open-turns.ts";
import { RoomHost } from "#server/socket/room-host.ts";
import { testDashboard } from "#test/dashboard.ts";
import { projectApp } from "#test/project-app.ts";
import { testJournal } from "#test/room-fixture.ts";
import { dashboard } from "./dashboard.ts";

test("a room on a repository shows its own files and changes, another one the workspace", async () => {
  await using parts = new AsyncDisposableStack();
  const { app, work } = parts.use(await projectApp([], { files: { "a.txt": "a\n" }, checks: [] }));
  const { journal } = parts.use(await testJournal());
  const openRoom = () => Promise.reject(new Error("no room is opened"));
  const home = parts.use(new RoomHost({ journal, openRoom }));
  const tokens = {
    tokenOf: () => ({ status: 401, message: "wrong" }) as const,
    scopeOf: () => undefined,
  };
  const { screens, signIn } = dashboard({ home, app, tokens, turns: new OpenTurns() });
  expect(signIn.tokenOf("org_x", "127.0.0.1")).toMatchObject({ message: "wrong" });
  const board = parts.use(await testDashboard({ screens, service: home }));
  const visitor = await board.signIn();
  await Bun.write(join(work.copy, "b.txt"), "b\n");
  await (await app.workspace()).write("own.txt", "own\n");
  const files = async (room: string) => await visitor.page(`/ui/rooms/${room}/files`);
  expect(await files(work.room)).toContain("b.txt");
  expect(await files("other")).toMatch(/own\.txt/);
  expect(await visitor.page(`/ui/rooms/${work.room}/diff`)).toContain(
    "The room has changed nothing.",
  );
  expect(await visitor.page("/ui/rooms/other/diff")).toContain("does not work on a repository");
});
