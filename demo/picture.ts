/**
 * Draws the picture of the README: runs `org demo` on a terminal and keeps what it shows.
 *
 *     bun demo/picture.ts
 */
import { join } from "node:path";
import { Pty } from "#test/pty.ts";
import { COLUMNS, pictureOf } from "./excerpt.ts";

export const PICTURE: string = join(import.meta.dir, "../docs/demo.svg");

async function draw(): Promise<string> {
  const command = [process.execPath, join(import.meta.dir, "../main.ts"), "demo"];
  const pty = new Pty(command, { columns: COLUMNS });
  try {
    const code = await pty.ended;
    await pty.shows("your own was not touched");
    if (code !== 0) throw new Error(`The demo ended with exit code ${code}:\n${pty.text}`);
    return pictureOf(pty.screen.spans);
  } finally {
    await pty.end();
  }
}

if (import.meta.main) await Bun.write(PICTURE, await draw());
