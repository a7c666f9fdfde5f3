import { expect, test } from "bun:test";
import { desktopOf } from "../desktop.ts";
import { type ClipboardRoutes, copyToClipboard } from "./clipboard.ts";

/** @param there programs that take a text. */
async function copied(
  given: Partial<ClipboardRoutes>,
  there: readonly string[],
): Promise<readonly string[]> {
  const said: string[] = [];
  const run = async ([program = ""]: readonly string[]) => {
    said.push(program);
    return there.includes(program);
  };
  const control = (bytes: string) => void said.push(bytes);
  const routes = { tmux: false, wayland: false, x11: false, run, control };
  const route = await copyToClipboard("a안", { ...routes, ...given });
  return [...said, route];
}

test("tmux comes first, for it passes the text on", async () => {
  expect(await copied({ tmux: true, x11: true }, ["tmux", "xclip"])).toEqual(["tmux", "tmux"]);
});

test("a program that is missing gives way to the next", async () => {
  expect(await copied({ wayland: true, x11: true }, ["xclip"])).toEqual([
    "wl-copy",
    "xclip",
    "xclip",
  ]);
});

test("the terminal is asked where no program is there, and no message says that it took the text", async () => {
  const osc = `\u001b]52;c;${Buffer.from("a안").toString("base64")}\u0007`;
  expect(await copied({}, [])).toEqual([osc, "OSC 52, if the terminal allows it"]);
});

test("the environment says what there is", () => {
  const nothing = { tmux: false, wayland: false, x11: false, editor: "vi" };
  expect(desktopOf({ TMUX: "" })).toEqual(nothing);
  expect(desktopOf({ TMUX: "/tmp/x,1,0", EDITOR: "nano" })).toEqual({
    ...nothing,
    tmux: true,
    editor: "nano",
  });
  expect(desktopOf({ DISPLAY: ":0", EDITOR: "nano", VISUAL: "code -w" })).toMatchObject({
    x11: true,
    editor: "code -w",
  });
});
