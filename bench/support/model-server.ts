import { stop } from "./stop.ts";

const SERVER = `${import.meta.dir}/../programs/stream-server.ts`;

/** Starts the model server; its addresses, such as `${url}/burst/v1`, are listed in its source. */
export async function startModelServer(): Promise<AsyncDisposable & { readonly url: string }> {
  const child = Bun.spawn([process.execPath, SERVER], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const bytes of child.stdout) {
    const port = new TextDecoder().decode(bytes).trim();
    return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => stop(child) };
  }
  throw new Error("The model server ended before it said its port");
}
