/** The stylesheet and the module of what is live, made once and named by what they hold. */
import { createHash } from "node:crypto";
import { join } from "node:path";

interface Asset {
  /** With the hash in it: what it leads to never changes. */
  readonly path: string;
  readonly type: string;
  readonly text: string;
}

export interface Assets {
  readonly style: Asset;
  readonly live: Asset;
}

let made: Promise<Assets> | undefined;

/** Reads and bundles them at the first call. */
export async function assets(): Promise<Assets> {
  made ??= make();
  return await made;
}

async function make(): Promise<Assets> {
  const read = (name: string) => Bun.file(join(import.meta.dir, name)).text();
  const [frame, screens, live] = await Promise.all([
    read("style.css"),
    read("screens.css"),
    bundle(join(import.meta.dir, "browser", "live.ts")),
  ]);
  return {
    style: asset("style", "css", `${frame}${screens}`.replaceAll(/\s*\n\s*/g, "\n")),
    live: asset("live", "js", live),
  };
}

async function bundle(path: string): Promise<string> {
  const built = await Bun.build({ entrypoints: [path], minify: true, target: "browser" });
  return await (built.outputs[0]?.text() ?? "");
}

function asset(name: string, ending: "css" | "js", text: string): Asset {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 12);
  const type = ending === "css" ? "text/css" : "text/javascript";
  return {
    path: `/ui/assets/${name}-${hash}.${ending}`,
    type: `${type}; charset=utf-8`,
    text,
  };
}
