/** Draws the pictures of docs/ui out of real pages in a real browser: `bun demo/draw-ui.ts`. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { ChannelLock } from "#core/channel-lock.ts";
import { DEFAULT_POLICY } from "#core/policy/policy.ts";
import { openBrowser, signedIn } from "#test/browser.ts";
import type { TestDashboard } from "#test/dashboard.ts";
import { inRoom, roomBoard, sayIn } from "#test/dashboard-room.ts";
import { echoTool } from "#test/room-fixture.ts";
import { call, gate, say, several } from "#test/scripted-answers.ts";
import { until } from "#test/until.ts";

const FOLDER = join(import.meta.dir, "..", "docs", "ui");
const SIZE = { width: 1200, height: 760 };

interface Picture {
  /** Of the file, without its ending and whether it is light. */
  readonly name: string;
  readonly path: string;
  /** Resolves when everything is there that is to be seen. */
  readonly ready: string;
}

async function draw(
  browser: Browser,
  board: TestDashboard,
  pictures: readonly Picture[],
): Promise<void> {
  for (const { name, path, ready } of pictures) {
    for (const dark of [false, true]) {
      await using seen = await signedIn(browser, board, { ...SIZE, dark });
      await seen.page.goto(`${board.url}${path}`);
      await seen.page.getByText(ready).first().waitFor();
      const file = join(FOLDER, `${name}-${dark ? "dark" : "light"}.png`);
      const taken = await seen.page.screenshot({ animations: "disabled" });
      // A quarter of the size, and the same to the eye.
      const drawn = new Bun.Image(taken).png({ palette: true, colors: 128 });
      await Bun.write(file, await drawn.bytes());
    }
  }
}

const ANSWER = `The slow part is \`readAll\`, which reads the whole file once a line:

\`\`\`ts
for (const line of lines) {
  const all = await readAll(path);
}
\`\`\`

I would read it once, before the loop.`;

/** A room in which one persona has answered, one asks for an approval and one is still writing. */
async function drawRoom(browser: Browser): Promise<void> {
  const half = gate();
  let writing = 0;
  const room = {
    lock: new ChannelLock(4),
    tools: [echoTool],
    permissions: {
      policy: { ...DEFAULT_POLICY, mode: "supervised" } as const,
      resolveProgram: () => undefined,
    },
  };
  await using open = await roomBoard(
    ({ index, body }) => {
      if (index === 0) return say(ANSWER);
      const hasShell = body.tools?.some(({ function: { name } }) => name === "sh") === true;
      if (hasShell) return call("sh", { cmd: "time bun parse.ts fixtures/large.log" });
      // The first of the others is still writing.
      writing += 1;
      if (writing > 1) return say("I would need a tool that times a function; shall I build one?");
      return several(say("It is O(n²): 4.1 s for the 20,000 lines of the fixture, and "), half);
    },
    { room },
  );
  const visitor = await inRoom(open.board);
  await sayIn(visitor, "Where does the time go when the parser reads a large file?");
  const page = async () => await visitor.page("/ui/rooms/made-1");
  await until("the first answer", async () => (await page()).includes("before the loop."), 20_000);
  await sayIn(visitor, "@@group how bad is it? Measure it.", { line: "line-0002" });
  await half.reached;
  await until("the question", async () => (await open.home.questions()).length > 0, 20_000);
  await draw(browser, open.board, [
    { name: "room", path: "/ui/rooms/made-1", ready: "is writing" },
  ]);
  half.open();
  (await open.home.seated("made-1")).stop();
}

await mkdir(FOLDER, { recursive: true });
await using browser = await openBrowser();
await drawRoom(browser);
